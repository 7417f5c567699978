/** Whose timestep it is, which weights are mixed, and the pipeline of the experts once they are. */
import { parametersOf } from '@topiary/autodiff';
import { floats, type Graph, type Tensor, withData } from '@topiary/onnx';
import { graphOf, joined, type Part, type Pipeline } from '@topiary/pipeline';
import { blocksOf, subgraph } from '@topiary/pruning';

/** Expert i has the timesteps from i · length / n on. */
export const expertOf = (timestep: number, experts: number, length: number): number =>
  Math.floor((timestep * experts) / length);

/** The first timestep of an expert, and the first that is the next one's. */
export const intervalOf = (expert: number, experts: number, length: number): readonly [number, number] => [
  Math.ceil((expert * length) / experts),
  Math.ceil(((expert + 1) * length) / experts),
];

/** The basis of an expert's neighbourhood: as many experts in a row have the same. */
export const basisOf = (expert: number, experts: number, bases: number): number =>
  Math.floor((expert * bases) / experts);

/** Weights and biases of the layers that blocks put on the stream; what a condition tells, and norms, are shared. */
export const mixedNames = (graph: Graph): readonly string[] => {
  const given = new Set(graph.inputs.map(({ name }) => name));
  const found = new Set<string>();
  for (const { cut, out } of blocksOf(graph)) {
    const before = cut.before.filter((value) => !given.has(value));
    const block = subgraph(graph, before, [out]);
    const roles = new Map(parametersOf(block).map(({ initializer, role }) => [initializer.name, role.role]));
    const flow = new Set(cut.before);
    for (const { inputs, outputs } of block.nodes) {
      if (!inputs.some((input) => flow.has(input))) continue;
      for (const output of outputs) flow.add(output);
      for (const input of inputs) if (['weight', 'bias'].includes(roles.get(input) ?? '')) found.add(input);
    }
  }
  return [...found];
};

/** α B of one tensor: `bases` [K, size], `share` K numbers. */
export const mixtureOf = (bases: Tensor, share: ArrayLike<number>, dims: readonly number[]): Tensor => {
  const all = bases.data as Float32Array;
  const size = all.length / share.length;
  const mixed = new Float64Array(size);
  for (let k = 0; k < share.length; k += 1)
    for (let i = 0; i < size; i += 1) mixed[i]! += share[k]! * all[k * size + i]!;
  return floats(Float32Array.from(mixed), dims);
};

const withNames = (graph: Graph, rename: (name: string) => string, values: ReadonlyMap<string, Tensor>): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
  initializers: new Map(
    [...graph.initializers].map(([name, one]) => {
      const value = values.get(name);
      return [rename(name), value ? withData(rename(name), value) : one] as const;
    }),
  ),
});

export interface Experts {
  /** Of each expert, a tensor for every name that is mixed. */
  readonly weights: readonly ReadonlyMap<string, Tensor>[];
  /** What the loop tells the network at each step, and below which it is. */
  readonly timesteps: readonly number[];
  readonly length: number;
}

/** A part for each expert, which steps call by their timesteps. Experts with the same tensors are one part. */
export const expertPipeline = (pipeline: Pipeline, { weights, timesteps, length }: Experts): Pipeline => {
  const graph = graphOf(pipeline);
  const [{ ports }] = [...pipeline.parts.values()] as [Part];
  const call = pipeline.schedule.stretches[0]!.calls[0]!;
  const first = weights.map((one) => weights.indexOf(one));
  const parts = new Map<string, Part>();
  for (const [i, own] of weights.entries()) {
    if (first[i] !== i) continue;
    const rename = (name: string): string => (own.has(name) ? `expert.${i}.${name}` : name);
    parts.set(`expert-${i}`, { graph: withNames(graph, rename, own), ports });
  }
  const partAt = (timestep: number) => `expert-${first[expertOf(timestep, weights.length, length)]!}`;
  const stretches = joined(timesteps.map((timestep) => ({ steps: 1, calls: [{ ...call, part: partAt(timestep) }] })));
  const called = new Set(stretches.map(({ calls }) => calls[0]!.part));
  return {
    parts: new Map([...parts].filter(([part]) => called.has(part))),
    schedule: { ...pipeline.schedule, stretches },
  };
};
