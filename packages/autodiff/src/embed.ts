/** Adds a whole network to a graph under construction: a student, teachers, the same network for a second time. */
import { TopiaryError } from '@topiary/errors';
import {
  divideDims,
  type Graph,
  type GraphBuilder,
  type Initializer,
  isFixed,
  type Node,
  type Shape,
  type TypedArray,
} from '@topiary/onnx';
import { fixBatch } from './fix-batch.js';
import { noSuchValue } from './inner-values.js';
import { isLayerNorm, isNorm, trainNorm, withStatistics } from './train-norms.js';

export interface EmbedOptions {
  /** Values of the graph that stand for the network's inputs: by name, or in their order. */
  readonly inputs: readonly string[] | Readonly<Record<string, string>>;
  /**
   * Its initialisers are `<as>/<name>` in the graph, or keep their names where this is empty. Embedded again under the same
   * word, a network shares them. Without it they get names of their own, which nobody can declare as parameters.
   */
  readonly as?: string;
  /** Values that stand for initialisers: masked weights, mixtures, low-rank updates. */
  readonly replaced?: Readonly<Record<string, string>>;
  /**
   * What takes the place of an inner value for everything that reads it: from the value itself and those before it. Gates
   * between a block's end and its beginning, caches, noise.
   */
  readonly instead?: Readonly<Record<string, (value: string, at: (name: string) => string) => string>>;
  /** `running`: norms stay as in inference (default); `batch`: they take the batch's own statistics and renew theirs. */
  readonly statistics?: 'batch' | 'running';
}

/** A running statistic and the value that replaces it. */
export interface Renewed {
  readonly initializer: string;
  readonly value: string;
}

export interface Embedded {
  readonly outputs: readonly string[];
  /** The value of the graph that the network calls so: an input, an output, or anything between; after `instead`. */
  value(name: string): string;
  readonly renewed: readonly Renewed[];
}

/** The name of a network's initialiser in the graph. */
export const nameAs = (as: string, name: string): string => (as === '' ? name : `${as}/${name}`);

const refuse = (network: Graph, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', { where: `network '${network.name}'`, expected, got });

const givenTo = (network: Graph, inputs: EmbedOptions['inputs']): readonly string[] =>
  network.inputs.map(({ name }, i) => {
    const given = Array.isArray(inputs) ? inputs[i] : (inputs as Readonly<Record<string, string>>)[name];
    if (given !== undefined) return given;
    throw refuse(network, `a value for input '${name}'`, Object.keys(inputs).join(', ') || 'none');
  });

/** How many examples the values hold, by the first input that has them; 1 where none has. */
const batchOf = (network: Graph, shapes: readonly Shape[]): number => {
  for (const [i, { shape }] of network.inputs.entries()) {
    const axis = shape.findIndex((dim) => !isFixed(dim));
    if (axis < 0) continue;
    const times = Number(divideDims(shape[axis]!, String(shape[axis]).split('*').at(-1)!));
    return Number(shapes[i]![axis]) / times;
  }
  return 1;
};

const isSame = (a: TypedArray, b: TypedArray): boolean =>
  a === b || (a.length === b.length && a.every((value: number | bigint, i: number) => value === b[i]));

/** An initialiser of that name which is there already has to be the same one. */
const share = (b: GraphBuilder, network: Graph, initializer: Initializer, name: string): void => {
  if (!b.has(name)) {
    b.initializer({ ...initializer, name });
    return;
  }
  const known = b.constantOf(name);
  if (initializer.source.kind === 'data' && known && isSame(known.data, initializer.source.data)) return;
  throw refuse(network, `a word of its own in 'as'`, `another network's initialiser '${name}'`);
};

/** What the values of a network are called in the graph. */
class Names {
  readonly #b: GraphBuilder;
  readonly #network: string;
  readonly #names = new Map([['', '']]);

  constructor(b: GraphBuilder, network: string) {
    this.#b = b;
    this.#network = network;
  }

  set(name: string, value: string): void {
    this.#names.set(name, value);
  }

  /** A name of its own for a value that has none yet. */
  fresh(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const made = this.#b.fresh(name);
    this.#names.set(name, made);
    return made;
  }

  readonly of = (name: string): string => {
    const found = this.#names.get(name);
    if (found !== undefined && name !== '') return found;
    throw noSuchValue(this.#network, name);
  };
}

const addInitializers = (b: GraphBuilder, network: Graph, { as, replaced = {} }: EmbedOptions, names: Names): void => {
  for (const initializer of network.initializers.values()) {
    const { name } = initializer;
    const value = replaced[name];
    if (value !== undefined) names.set(name, value);
    else if (as === undefined) b.initializer({ ...initializer, name: names.fresh(name) });
    else {
      names.set(name, nameAs(as, name));
      share(b, network, initializer, nameAs(as, name));
    }
  }
};

/** Returns running statistics and what replaces them. */
const addNodes = (
  b: GraphBuilder,
  { nodes, inputs }: Graph,
  { as, instead = {}, statistics }: EmbedOptions,
  names: Names,
): ReadonlyMap<string, string> => {
  const train = statistics === 'batch';
  const renewed = new Map<string, string>();
  const exchange = (name: string): void => {
    const rule = instead[name];
    if (rule) names.set(name, rule(names.of(name), names.of));
  };
  for (const { name } of inputs) exchange(name);
  for (const node of nodes) {
    const read = node.inputs.map((name) => names.fresh(name));
    const made = node.outputs.map((name) => names.fresh(name));
    const here: Node = { ...node, name: b.fresh(node.name), inputs: read, outputs: made };
    if (train && isNorm(node)) trainNorm(b, here, renewed);
    // a network with a word may learn, and then its gradient asks for them
    else b.append(as !== undefined && isLayerNorm(node) ? withStatistics(b, here) : here);
    node.outputs.forEach(exchange);
  }
  return renewed;
};

/** What is to be exchanged has to be there. */
const checkNames = (network: Graph, { replaced = {}, instead = {} }: EmbedOptions): void => {
  const values = new Set([
    ...network.inputs.map(({ name }) => name),
    ...network.nodes.flatMap(({ outputs }) => outputs),
  ]);
  for (const name of Object.keys(instead)) if (!values.has(name)) throw noSuchValue(network.name, name);
  for (const name of Object.keys(replaced))
    if (!network.initializers.has(name)) throw refuse(network, 'an initialiser of the network', `'${name}'`);
};

export const embed = (b: GraphBuilder, network: Graph, options: EmbedOptions): Embedded => {
  checkNames(network, options);
  const given = givenTo(network, options.inputs);
  const shapes = given.map((value) => b.shape(value));
  const graph = fixBatch(network, batchOf(network, shapes));
  const names = new Names(b, network.name);
  graph.inputs.forEach(({ name }, i) => void names.set(name, given[i]!));
  addInitializers(b, graph, options, names);
  const renewed = addNodes(b, graph, options, names);
  return {
    outputs: graph.outputs.map(({ name }) => names.fresh(name)),
    renewed: [...renewed].map(([initializer, value]) => ({ initializer, value })),
    value: names.of,
  };
};
