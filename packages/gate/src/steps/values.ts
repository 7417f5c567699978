/** Are all numbers in the file finite? Masks of attention may say "never" with minus infinity. */
import { type Graph, type Node, placeOf, type TypedArray } from '@topiary/onnx';
import { given, refuse, refuseAll, type Step } from './_step.js';

const MOST = 20;

/** Position of the first number that is not finite, or -1. */
const firstBad = (data: TypedArray): number => {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return -1;
  for (let i = 0; i < data.length; i += 1) if (!Number.isFinite(data[i])) return i;
  return -1;
};

const isMask = (data: TypedArray): boolean => {
  for (const value of data) if (value !== 0 && value !== Number.NEGATIVE_INFINITY) return false;
  return true;
};

const faultsOfNode = (node: Node) =>
  Object.entries(node.attributes).flatMap(([name, { kind, value }]) => {
    const numbers = kind === 'float' ? [value] : kind === 'floats' ? value : [];
    const bad = numbers.find((number) => !Number.isFinite(number));
    return bad === undefined
      ? []
      : [refuse('TOPIARY_GATE_NOT_FINITE', `${placeOf(node)}, attribute '${name}'`, 'a finite number', `${bad}`)];
  });

const faultsOf = (graph: Graph) => [
  ...[...graph.initializers.values()].flatMap(({ name, source }) => {
    if (source.kind !== 'data') return [];
    const at = firstBad(source.data);
    if (at < 0 || isMask(source.data)) return [];
    return [
      refuse(
        'TOPIARY_GATE_NOT_FINITE',
        `initialiser '${name}', element ${at}`,
        'a finite number',
        `${source.data[at]}`,
      ),
    ];
  }),
  ...graph.nodes.flatMap(faultsOfNode),
];

export const values: Step = {
  id: 'values',
  title: 'Finite numbers',
  run: ({ canonical }) => {
    const graph = given(canonical);
    refuseAll(faultsOf(graph).slice(0, MOST));
    return `${graph.initializers.size} tensors`;
  },
};
