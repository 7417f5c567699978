/** A network of the zoo with weights from elsewhere, or everything that does not fit, listed as PyTorch does. */
import { TopiaryError } from '@topiary/errors';
import { elements, floats, type Graph, type Initializer, withData } from '@topiary/onnx';
import { commonName, unwrapped } from './names.js';
import type { StoredTensor, Weights } from './stored.js';

/** PyTorch keeps these beside the weights, and nothing of ours reads them. */
const BUFFERS = /(^|\.)(num_batches_tracked|relative_position_index|attn_mask)$/;
/** Of each kind of fault so many are named. */
const NAMED = 8;

/** PyTorch keeps the weight of a linear layer as [features, inputs], a MatMul takes [inputs, features]. */
const transposed = (values: Float32Array, [rows, columns]: readonly number[]): Float32Array => {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows!; r += 1) {
    for (let c = 0; c < columns!; c += 1) out[c * rows! + r] = values[r * columns! + c]!;
  }
  return out;
};

const withoutOnes = (dims: readonly number[]): string => dims.filter((dim) => dim !== 1).join();

/**
 * The same numbers in the same order: axes of length one come and go, and a convolution over a whole picture is a linear
 * layer.
 */
const sameNumbers = (stored: readonly number[], wanted: readonly number[]): boolean =>
  withoutOnes(stored) === withoutOnes(wanted) ||
  (wanted.length === 2 && stored[0] === wanted[0] && elements(stored) === elements(wanted));

interface Place {
  readonly initializer: Initializer;
  /** As PyTorch has it. */
  readonly dims: readonly number[];
  readonly isTransposed: boolean;
}

/** Everything of a network that is to be filled, by name. */
const placesOf = (graph: Graph): Map<string, Place> => {
  const factors = new Set(graph.nodes.filter(({ op }) => op === 'MatMul').flatMap(({ inputs }) => inputs));
  const places = [...graph.initializers.values()]
    .filter(({ source }) => source.kind === 'init')
    .map((initializer): [string, Place] => {
      const { name, dims } = initializer;
      const isTransposed = factors.has(name);
      return [name, { initializer, isTransposed, dims: isTransposed ? [...dims].reverse() : dims }];
    });
  return new Map(places);
};

const listed = (title: string, names: readonly string[]): string[] => {
  if (names.length === 0) return [];
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return [`${title}: ${names.slice(0, NAMED).join(', ')}${more}`];
};

interface Matched {
  readonly place: Place;
  readonly tensor: StoredTensor;
}

/** Which tensor goes where. `model`: the id in the zoo, whose family says what other repositories call its layers. */
const match = (graph: Graph, model: string, weights: Weights): readonly Matched[] => {
  const places = placesOf(graph);
  const bare = unwrapped([...weights.keys()]);
  const common = commonName(model);
  const given = new Map([...weights].map(([name, tensor]) => [common(bare(name)), { name, tensor }]));
  const wanted = new Map([...places].map(([name, place]) => [common(name), { name, place }]));

  const missing = [...wanted].filter(([key]) => !given.has(key)).map(([, { name }]) => name);
  const unexpected = [...given].filter(([key]) => !wanted.has(key) && !BUFFERS.test(key)).map(([, { name }]) => name);
  const both = [...wanted].flatMap(([key, { name, place }]) => {
    const tensor = given.get(key)?.tensor;
    return tensor ? [{ name, place, tensor }] : [];
  });
  const misfits = both
    .filter(({ place, tensor }) => !sameNumbers(tensor.dims, place.dims))
    .map(({ name, place, tensor }) => `${name} [${tensor.dims}] for [${place.dims}]`);
  const faults = [
    ...listed('missing', missing),
    ...listed('unexpected', unexpected),
    ...listed('of another size', misfits),
  ];
  if (faults.length === 0) return both;
  throw new TopiaryError('TOPIARY_ZOO_WEIGHTS_KEYS', {
    where: `weights for ${model}`,
    expected: `its ${places.size} tensors and no others`,
    got: faults.join('; '),
  });
};

/** The graph as `buildModel` made it, its init rules replaced by the file's numbers. */
export const withWeights = async (graph: Graph, model: string, weights: Weights): Promise<Graph> => {
  const initializers = new Map(graph.initializers);
  for (const { place, tensor } of match(graph, model, weights)) {
    const { initializer, dims, isTransposed } = place;
    const values = await tensor.read();
    const numbers = floats(isTransposed ? transposed(values, dims) : values, initializer.dims);
    initializers.set(initializer.name, withData(initializer.name, numbers));
  }
  return { ...graph, initializers };
};
