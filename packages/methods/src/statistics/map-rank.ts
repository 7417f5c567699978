/**
 * Map rank: for each channel, the mean over pictures of the rank of its map, as it leaves the norm and the activation
 * behind the layer that makes it (and a residual addition between them, whose layers share the map); of layers that share
 * a weight, the first. ONNX has no rank: maps leave the graph, few pictures at a time, and become one number each at once.
 */
import { forwardGraph } from '@topiary/autodiff';
import { elementsAt, type Graph, ints, type Node } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { byWeight, weightLayersOf } from './_layers.js';
import { MatrixRank } from './_matrix-rank.js';
import { initializerOf, outputOf, type Statistic, usual } from './_statistic.js';

/** What changes a map and keeps it the map of its channel. */
const KEEPS = new Set([
  'BatchNormalization',
  'Relu',
  'LeakyRelu',
  'PRelu',
  'Clip',
  'Elu',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'Sigmoid',
  'Tanh',
  'Add',
]);

type Readers = ReadonlyMap<string, readonly Node[]>;

const readersOf = ({ nodes, outputs }: Graph): Readers => {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  // what the network gives away goes no further
  for (const { name } of outputs) readers.delete(name);
  return readers;
};

/** The value behind the one operator that reads this one; x · gate(x) counts as one operator. */
const behind = ({ initializers }: Graph, readers: Readers, value: string): string | null => {
  const [first, second, more] = readers.get(value) ?? [];
  if (!first || more) return null;
  if (!second) {
    const isScale = first.op === 'Mul' && first.inputs.some((input) => initializers.has(input));
    return first.domain === '' && (KEEPS.has(first.op) || isScale) ? first.outputs[0]! : null;
  }
  const [gate, product] = first.op === 'Mul' ? [second, first] : [first, second];
  const isGated = KEEPS.has(gate.op) && product.op === 'Mul' && product.inputs.includes(gate.outputs[0]!);
  return isGated ? product.outputs[0]! : null;
};

/** Where a layer's map is ready to be read by others. */
const settled = (forward: Graph, readers: Readers, value: string): string => {
  const next = behind(forward, readers, value);
  return next === null ? value : settled(forward, readers, next);
};

interface Source {
  /** Of the layers whose maps meet in one sum, whose channels share the map. */
  readonly weights: readonly string[];
  readonly value: string;
  /** [N, H, W, C], where a linear layer made it. */
  readonly isLast: boolean;
}

const sourcesOf = (forward: Graph): Source[] => {
  const types = inferTypes(forward);
  const readers = readersOf(forward);
  const found = new Map<string, Source>();
  for (const [weight, [first]] of byWeight(weightLayersOf(forward))) {
    const { y, form } = first!;
    if (types.get(y)!.shape.length !== 4) continue;
    const value = settled(forward, readers, y);
    const isLast = form === 'linear';
    const key = `${value} ${isLast}`;
    found.set(key, { weights: [...(found.get(key)?.weights ?? []), weight], value, isLast });
  }
  return [...found.values()];
};

/** Numbers that the maps of one batch may take. */
const MOST = 2 ** 23;

const fittingBatch = (forward: Graph): number => {
  const types = inferTypes(forward);
  const all = sourcesOf(forward).reduce((sum, { value }) => sum + elementsAt(types.get(value)!.shape), 0);
  return Math.max(1, Math.min(32, Math.floor(MOST / Math.max(1, all))));
};

/** Between the weights that an output is named after. */
const APART = '\n';

/** Behind the sums of the channels: how many maps each of them has had. */
const COUNT = 1;

export const MapRank: Statistic = {
  ...usual,
  id: 'map-rank',
  title: 'Mean rank of maps',
  needs: 'forward',
  batch: fittingBatch,
  build: (forward, { batch }) =>
    forwardGraph(forward, {
      batch,
      fragment: ({ b }) => {
        for (const { weights, value, isLast } of sourcesOf(forward)) {
          const maps = isLast ? b.op('Transpose', [value], { perm: ints([0, 3, 1, 2]) }) : value;
          b.output(maps, outputOf(weights.join(APART)));
        }
      },
    }),
  size: ({ dims }) => dims[1]! + COUNT,
  accumulate: (total, { dims, data }) => {
    const [maps, channels, height, width] = dims as [number, number, number, number];
    const rank = new MatrixRank(height, width);
    for (let n = 0; n < maps; n += 1) {
      for (let c = 0; c < channels; c += 1) {
        total[c]! += rank.of(data as Float32Array, (n * channels + c) * height * width);
      }
    }
    total[channels]! += maps;
  },
  finish: ({ totals }) =>
    new Map(
      [...totals].flatMap(([output, total]) => {
        const means = Float32Array.from(total.subarray(0, -COUNT), (sum) => sum / total.at(-1)!);
        return initializerOf(output)
          .split(APART)
          .map((weight) => [weight, means] as const);
      }),
    ),
};
