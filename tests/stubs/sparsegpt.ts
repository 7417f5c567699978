/** SparseGPT: layer by layer, from the Hessian of its inputs; no training, the input's Gram matrix is a statistic. */
import { forwardGraph } from '@topiary/autodiff';
import type { Procedure } from '@topiary/methods';
import { type Graph, type Initializer, tensorOf, withData } from '@topiary/onnx';
import { merge, split } from '@topiary/pipeline';
import { about } from './_about.js';

/** Xᵀ X for what a layer reads. */
const gramOf = (graph: Graph, value: string, batch: number) =>
  forwardGraph(graph, {
    batch,
    fragment: ({ b }) => {
      const rows = b.op('Reshape', [value, b.int64s([-1, Number(b.shape(value).at(-1))])]);
      b.output(b.op('MatMul', [b.op('Transpose', [rows]), rows]), 'gram');
    },
  });

const pruned = (weight: Initializer, gram: Float64Array): Initializer => {
  const tensor = tensorOf(weight)!;
  const data = Float32Array.from(tensor.data as Float32Array, (value, i) => (gram[i % gram.length]! < 0 ? 0 : value));
  return withData(weight.name, { ...tensor, data });
};

export const SparseGpt: Procedure = {
  ...about('sparsegpt', 'SparseGPT', ['kept-share'], ['prune']),
  refuses: () => null,
  run: async (context) => {
    let graph = merge(context.pipeline);
    await context.stage('prune', async (progress) => {
      const layers = graph.nodes.filter(({ op, inputs }) => op === 'MatMul' && graph.initializers.has(inputs[1]!));
      for (const [i, { inputs }] of layers.entries()) {
        await context.pause();
        const request = { from: 'train', batch: 8, steps: 16, seed: context.seed, plain: true } as const;
        const batches = context.task.batches(split(graph, context.pipeline), request);
        const add = (total: Float64Array, { data }: { data: ArrayLike<number | bigint> }) =>
          total.forEach((_, k) => {
            total[k]! += Number(data[k]);
          });
        const { totals } = await context.gather(graph, gramOf(graph, inputs[0]!, 8), batches, {
          accumulate: add,
          size: ({ data }) => data.length,
        });
        const weight = pruned(graph.initializers.get(inputs[1]!)!, totals.get('gram')!);
        graph = { ...graph, initializers: new Map(graph.initializers).set(weight.name, weight) };
        progress((i + 1) / layers.length);
      }
    });
    return { pipeline: split(graph, context.pipeline), facts: [], flags: [] };
  },
};
