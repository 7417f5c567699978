/** Where the values of a graph live in the lowered one: under which name, in which layout. Layouts change on demand, once per value. */
import type { GraphBuilder, Shape } from '@topiary/onnx';
import { fromBlocked, toBlocked } from './blocked/_nchwc.js';

/** `blocked`: [N, C, H, W] stored as [N, C/B, H, W, B], its channels filled up to a multiple of B. */
export type Layout = 'plain' | 'blocked';

export class Values {
  readonly #b: GraphBuilder;
  readonly #shapeOf: (value: string) => Shape;
  readonly #block: number;
  readonly #names: Readonly<Record<Layout, Map<string, string>>> = { plain: new Map(), blocked: new Map() };

  /** `shapeOf` gives the shapes of the graph that is lowered. */
  constructor(b: GraphBuilder, shapeOf: (value: string) => Shape, block: number) {
    this.#b = b;
    this.#shapeOf = shapeOf;
    this.#block = block;
  }

  set(value: string, name: string, layout: Layout): void {
    this.#names[layout].set(value, name);
  }

  /** `value` is another name of `source`. */
  alias(value: string, source: string): void {
    for (const names of Object.values(this.#names)) {
      const name = names.get(source);
      if (name !== undefined) names.set(value, name);
    }
    if (!this.#names.plain.has(value) && !this.#names.blocked.has(value)) this.#names.plain.set(value, source);
  }

  plain(value: string): string {
    const { plain, blocked } = this.#names;
    const known = plain.get(value);
    if (known !== undefined) return known;
    const source = blocked.get(value);
    if (source === undefined) return value;
    const name = this.#b.scoped('layout', () => fromBlocked(this.#b, source, Number(this.#shapeOf(value)[1])));
    plain.set(value, name);
    return name;
  }

  blocked(value: string): string {
    const { blocked } = this.#names;
    const known = blocked.get(value);
    if (known !== undefined) return known;
    const name = this.#b.scoped('layout', () => toBlocked(this.#b, this.plain(value), this.#block));
    blocked.set(value, name);
    return name;
  }
}
