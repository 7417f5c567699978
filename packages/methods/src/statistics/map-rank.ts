/**
 * Map rank: for each channel, the mean over pictures of the rank of its map, as it leaves the norm and the activation
 * behind the layer that makes it (and a residual addition between them, whose layers share the map); of layers that share
 * a weight, the first. ONNX has no rank: maps leave the graph, few pictures at a time, and become one number each at once.
 */
import type { Graph, Node } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { byWeight, weightLayersOf } from './_layers.js';
import { type MapSource, mapRanks } from './_maps.js';

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

/** One for all layers whose maps meet in one sum, whose channels share the map. */
const sourcesOf = (forward: Graph): MapSource[] => {
  const types = inferTypes(forward);
  const readers = readersOf(forward);
  const found = new Map<string, MapSource>();
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

export const MapRank = mapRanks({
  id: 'map-rank',
  title: 'Mean rank of maps',
  sources: sourcesOf,
  form: (_, maps) => maps,
});
