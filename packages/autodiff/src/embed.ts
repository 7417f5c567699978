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
} from '@topiary/onnx';
import { fixBatch } from './fix-batch.js';
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
  /** The value of the graph that the network calls so: an input, an output, or anything between. */
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

/** An initialiser of that name which is there already has to be the same one. */
const share = (b: GraphBuilder, network: Graph, initializer: Initializer, name: string): void => {
  if (!b.has(name)) {
    b.initializer({ ...initializer, name });
    return;
  }
  const { source } = initializer;
  if (source.kind === 'data' && b.constantOf(name)?.data === source.data) return;
  throw refuse(network, `a word of its own in 'as'`, `another network's initialiser '${name}'`);
};

export const embed = (b: GraphBuilder, network: Graph, options: EmbedOptions): Embedded => {
  const { as, replaced = {}, statistics = 'running' } = options;
  const given = givenTo(network, options.inputs);
  const shapes = given.map((value) => b.shape(value));
  const { nodes, initializers, outputs, inputs } = fixBatch(network, batchOf(network, shapes));
  const names = new Map([['', ''], ...Object.entries(replaced)]);
  inputs.forEach(({ name }, i) => {
    names.set(name, given[i]!);
  });
  const fresh = (name: string): string => {
    if (!names.has(name)) names.set(name, b.fresh(name));
    return names.get(name)!;
  };
  for (const initializer of initializers.values()) {
    const { name } = initializer;
    if (name in replaced) continue;
    if (as === undefined) b.initializer({ ...initializer, name: fresh(name) });
    else {
      names.set(name, nameAs(as, name));
      share(b, network, initializer, nameAs(as, name));
    }
  }
  const train = statistics === 'batch';
  const renewed = new Map<string, string>();
  for (const node of nodes) {
    const inputsHere = node.inputs.map(fresh);
    const here: Node = { ...node, name: b.fresh(node.name), inputs: inputsHere, outputs: node.outputs.map(fresh) };
    if (train && isNorm(node)) trainNorm(b, here, renewed);
    else b.append(train && isLayerNorm(node) ? withStatistics(b, here) : here);
  }
  return {
    outputs: outputs.map(({ name }) => fresh(name)),
    renewed: [...renewed].map(([initializer, value]) => ({ initializer, value })),
    value: (name) => {
      const value = names.get(name);
      if (value !== undefined && name !== '') return value;
      throw refuse(network, 'a value of the network', `'${name}'`);
    },
  };
};
