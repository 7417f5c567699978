/** TinyFusion: a distribution over which N of M layers stay, learned together with the weights, which are thrown away. */
import { adamw, constant, lossGraph, parametersAs, straightThrough } from '@topiary/autodiff';
import type { Procedure } from '@topiary/methods';
import { floats, int } from '@topiary/onnx';
import { merge, split } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { about, json } from './_about.js';

export const TinyFusion: Procedure = {
  ...about('tinyfusion', 'TinyFusion', ['macs', 'params', 'latency'], ['search', 'finetune']),
  refuses: (pipeline) => (blocksOf(merge(pipeline)).length < 2 ? 'fewer than two blocks' : null),
  run: async (context, { recipe }) => {
    const network = merge(context.pipeline);
    const blocks = blocksOf(network);
    const task = context.task.loss(null);
    const search = lossGraph('tinyfusion', ({ b, network: add }) => {
      const gate = b.initializer({ ...gates(blocks.length), name: 'gates' });
      const noise = b.input('gumbel', 'float32', [blocks.length]);
      const soft = b.op('Softmax', [b.op('Add', [b.op('Mul', [gate, b.scalar(100)]), noise])], { axis: int(-1) });
      const hard = b.op('Cast', [b.op('Equal', [soft, b.op('ReduceMax', [soft])])], { to: int(1) });
      const mask = straightThrough(b, hard, soft);
      const inputs = network.inputs.map(({ name, type }) => b.input(name, type, [8]));
      // x + m f(x) for each block: the branch's value is replaced by its masked form.
      const masked = Object.fromEntries(
        blocks.flatMap(({ subLayers }) =>
          subLayers.flatMap(({ branches }) => branches.map((branch) => [branch, mask])),
        ),
      );
      const { outputs, value } = add(network, { inputs, as: 'student', replaced: masked, statistics: 'batch' });
      return task.build({ b, inputs, outputs, value });
    });
    const parameters = [{ name: 'gates', rate: 10, decay: 0 }, ...parametersAs('student', network)];
    const trainer = await context.lossTrainer(search, {
      optimizer: adamw(),
      parameters,
      ema: 0.999,
      clip: 1,
      onNotFinite: 'skip',
    });
    const { steps, batch } = recipe.finetune;
    const batches = context.task.batches(context.pipeline, { from: 'train', batch, steps, seed: context.seed });
    await context.stage('search', () =>
      context.fit(trainer, { steps, schedule: constant(1e-4), batch: async () => (await batches.next()).value! }),
    );
    const kept = trainer.value('gates', { average: true }).data as Float32Array;
    context.point('search', 'gate-0', steps, kept[0]!);
    await trainer.release();
    const gone = blocks.filter((_, i) => kept[i]! < 0);
    const pipeline = split(dropBlocks(network, gone), context.pipeline);
    return { pipeline, facts: [json('gates', 'Gates', [...kept])], flags: [] };
  },
};

const gates = (length: number) => {
  const { type, dims, data } = floats(new Float32Array(length).fill(0.02), [length]);
  return { type, dims, source: { kind: 'data', data } } as const;
};
