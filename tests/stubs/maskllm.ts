/** MaskLLM: logits over the six 2:4 masks of each group of weights; the weights themselves stay frozen. */
import { adamw, constant, lossGraph } from '@topiary/autodiff';
import type { Procedure } from '@topiary/methods';
import { floats, type Graph, int, withData } from '@topiary/onnx';
import { merge, split } from '@topiary/pipeline';
import { about, json } from './_about.js';

const MASKS = [
  [1, 1, 0, 0],
  [1, 0, 1, 0],
  [1, 0, 0, 1],
  [0, 1, 1, 0],
  [0, 1, 0, 1],
  [0, 0, 1, 1],
];

const sparse = (graph: Graph) =>
  [...graph.initializers.values()].filter(({ dims }) => dims.length === 2 && dims[0]! % 4 === 0);

export const MaskLlm: Procedure = {
  ...about('maskllm', 'MaskLLM', ['kept-share', 'params'], ['masks']),
  refuses: (pipeline) => (sparse(merge(pipeline)).length === 0 ? 'no matrix whose rows are a multiple of four' : null),
  run: async (context, { recipe }) => {
    const graph = merge(context.pipeline);
    const { steps, batch } = recipe.finetune;
    const composed = lossGraph('maskllm', ({ b, network }) => {
      const [kappa, tau] = [b.input('kappa', 'float32', []), b.input('tau', 'float32', [])];
      const masked = sparse(graph).map((weight) => {
        const groups = (weight.dims[0]! * weight.dims[1]!) / 4;
        const logits = b.initializer(
          withData(`logits/${weight.name}`, floats(new Float32Array(groups * 6), [groups, 6])),
        );
        const noisy = b.op('Div', [
          b.op('Add', [b.op('Mul', [kappa, logits]), b.input(`gumbel/${weight.name}`, 'float32', [groups, 6])]),
          tau,
        ]);
        const choice = b.op('Softmax', [noisy], { axis: int(-1) });
        const mask = b.op('MatMul', [choice, b.constant(floats(MASKS.flat(), [6, 4]))]);
        return [weight.name, b.op('Mul', [b.initializer(weight), b.op('Reshape', [mask, b.int64s([...weight.dims])])])];
      });
      const inputs = graph.inputs.map(({ name, type }) => b.input(name, type, [batch, 64]));
      const { outputs, value } = network(graph, { inputs, as: 'frozen', replaced: Object.fromEntries(masked) });
      return context.task.loss(null).build({ b, inputs, outputs, value });
    });
    const parameters = sparse(graph).map(({ name }) => ({ name: `logits/${name}` }));
    const trainer = await context.lossTrainer(composed, { optimizer: adamw(), parameters, clip: 1 });
    await context.stage('masks', () =>
      context.fit(trainer, { steps, schedule: constant(5e-4), batch: () => ({ kappa: floats([100], []) }) }),
    );
    const probabilities = sparse(graph).map(({ name }) => trainer.value(`logits/${name}`).data.length);
    await trainer.release();
    return { pipeline: split(graph, context.pipeline), facts: [json('mask', 'Masks', probabilities)], flags: [] };
  },
};
