/** Remix-DiT: K bases are mixed into N experts before inference; which one is called is a matter of the schedule. */
import { type Composition, lossGraph } from '@topiary/autodiff';
import type { Procedure } from '@topiary/methods';
import { type Graph, withData } from '@topiary/onnx';
import { merge, type Pipeline, portsOf, type Stretch } from '@topiary/pipeline';
import { about } from './_about.js';

/** W = Σ_k α_k W_k for the weights that are mixed; the rest is one shared copy. */
export const mixed = ({ b }: Composition, network: Graph, bases: number, alpha: string): Record<string, string> =>
  Object.fromEntries(
    [...network.initializers.values()]
      .filter(({ dims }) => dims.length === 2)
      .map((one) => {
        const scaled = Array.from({ length: bases }, (_, k) => {
          const base = b.initializer({ ...one, name: `basis-${k}/${one.name}` });
          return b.op('Mul', [base, b.op('Gather', [alpha, b.int64s([k])])]);
        });
        return [one.name, scaled.reduce((sum, next) => b.op('Add', [sum, next]))];
      }),
  );

/** Expert i owns its share of the steps, with its own weights, which no other part has under their names. */
export const experts = (base: Pipeline, n: number, stepsEach: number): Pipeline => {
  const graph = merge(base);
  const expert = (i: number): Graph => ({
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((x) => (graph.initializers.has(x) ? `expert-${i}/${x}` : x)),
    })),
    initializers: new Map(
      [...graph.initializers].map(([name, one]) => [`expert-${i}/${name}`, { ...one, name: `expert-${i}/${name}` }]),
    ),
  });
  const [call] = base.schedule.stretches[0]!.calls;
  const ids = Array.from({ length: n }, (_, i) => `expert-${i}`);
  const stretches = ids.map((part): Stretch => ({ steps: stepsEach, calls: [{ ...call!, part }] }));
  return {
    parts: new Map(ids.map((id, i) => [id, { graph: expert(i), ports: portsOf(graph) }])),
    schedule: { ...base.schedule, stretches },
  };
};

export const RemixDit: Procedure = {
  ...about('remix-dit', 'Remix-DiT', ['params'], ['mix']),
  refuses: (pipeline) => (pipeline.parts.size > 1 ? 'a pipeline of one part' : null),
  run: async (context) => {
    const graph = merge(context.pipeline);
    const composed = lossGraph('remix', (c) => {
      const alpha = c.b.op('Softmax', [
        c.b.initializer(withData('alpha', { type: 'float32', dims: [4], data: new Float32Array(4) })),
      ]);
      const inputs = graph.inputs.map(({ name, type }) => c.b.input(name, type, [8]));
      const { outputs, value } = c.network(graph, { inputs, as: 'expert', replaced: mixed(c, graph, 4, alpha) });
      return context.task.loss(null).build({ b: c.b, inputs, outputs, value });
    });
    context.log(`${composed.graph.nodes.length} nodes`);
    return { pipeline: experts(context.pipeline, 4, 5), facts: [], flags: [] };
  },
};
