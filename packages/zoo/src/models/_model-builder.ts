/** The graph builder behind `Layers`; it also remembers how the published counter sees the nodes. */
import { GraphBuilder, type InitRule, type Node } from '@topiary/onnx';
import { infer, type Published, type PublishedAs } from '@topiary/ops';

/** First part of the names of nodes without parameters; canonical form writes a dot after it. */
const SCOPES = { none: 'uncounted', 'per-output': 'attention' } as const satisfies Record<
  Exclude<Published, 'rule'>,
  string
>;

/**
 * A node is known again by what stays when a graph is made canonical, cut, written and read: its parameters' names, or
 * where it has none the first part of its own.
 */
export class ModelBuilder extends GraphBuilder {
  readonly #seen = new Map<string, Published>();
  #now: Published = 'rule';

  constructor() {
    super(infer);
  }

  /** What `body` adds is seen so by the published counter. */
  seenAs<T>(published: keyof typeof SCOPES, body: () => T): T {
    const before = this.#now;
    this.#now = published;
    try {
      return this.scoped(SCOPES[published], body);
    } finally {
      this.#now = before;
    }
  }

  override parameter(name: string, dims: readonly number[], init: InitRule): string {
    const made = super.parameter(name, dims, init);
    if (this.#now !== 'rule') this.#seen.set(made, this.#now);
    return made;
  }

  get published(): PublishedAs {
    const seen = new Map(this.#seen);
    return ({ name, inputs }: Node): Published => {
      for (const input of inputs) {
        const known = seen.get(input);
        if (known) return known;
      }
      const scope = name.slice(0, name.indexOf('.'));
      if (scope === SCOPES.none) return 'none';
      return scope === SCOPES['per-output'] ? 'per-output' : 'rule';
    };
  }
}
