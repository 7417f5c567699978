/** Looks at a network for what methods may require of one. */
import type { NetworkTrait } from '@topiary/contracts';
import type { Graph, Node } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { weightLayersOf } from './statistics/_layers.js';

const NORMS = ['BatchNormalization', 'LayerNormalization', 'InstanceNormalization', 'GroupNormalization'];

const isNorm = ({ op, domain }: Node): boolean => (domain === '' || domain === 'topiary') && NORMS.includes(op);

/** More than half, and at least one. */
const most = (some: number, all: number): boolean => some > 0 && 2 * some >= all;

/** What the network lacks; nothing but its nodes and shapes is read. */
export const lacksOf = (graph: Graph): NetworkTrait[] => {
  const types = inferTypes(graph);
  const ranks = (value: string): number => types.get(value)!.shape.length;
  const norms = graph.nodes.filter(isNorm);
  const layers = weightLayersOf(graph);
  const linear = layers.filter(({ form }) => form === 'linear');
  // the classifier makes one row per picture in every network
  const inner = layers.filter(({ y }) => ranks(y) > 2);
  // what its outputs mean, the task knows: no node says it
  const has: Readonly<Record<Exclude<NetworkTrait, 'label-odds'>, boolean>> = {
    'batch-norm': most(norms.filter(({ op }) => op === 'BatchNormalization').length, norms.length),
    maps: most(inner.filter(({ y }) => ranks(y) === 4).length, inner.length),
    rows: linear.every(({ x }) => ranks(x) === 2),
  };
  return (Object.keys(has) as (keyof typeof has)[]).filter((trait) => !has[trait]);
};
