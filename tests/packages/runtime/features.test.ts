/** Everything that a recipe may ask of a training, at once, on a small transformer with a small ResNet as its teacher. */
import { adamw, constant, cosine, crossEntropy, distilled, sgd, warmup } from '@topiary/autodiff';
import { decode, encode, type Graph } from '@topiary/onnx';
import { Trainer, train } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { mixer } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';
import { smallBatch, smallResnet, smallTransformer } from '../autodiff/_nets.js';

const BATCH = 20;
const WHERE = { provider: 'cpu', threads: 2 } as const;

const teacherOf = async (steps: number): Promise<Graph> => {
  const trainer = await Trainer.create(smallResnet(), {
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: BATCH,
    ...WHERE,
  });
  await train(trainer, { steps, schedule: constant(0.05), batch: (i) => smallBatch(BATCH, i + 1) });
  const graph = trainer.export();
  await trainer.release();
  return graph;
};

const mean = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('a training with all of its features', () => {
  it.each(['soft', 'hard'] as const)('learns from labels, mixed pictures and a %s teacher', async (kind) => {
    const [net, teacher, steps] = [smallTransformer(), await teacherOf(40), 150];
    const labels = crossEntropy({ labelSmoothing: 0.1, mixed: true });
    const trainer = await Trainer.create(net, {
      loss: distilled(labels, { teacher, kind, weight: 0.5, temperature: 2 }),
      optimizer: adamw(),
      batch: BATCH,
      weightDecay: 0.05,
      clip: 1,
      ema: 0.9,
      ...WHERE,
    });
    const mix = mixer({ mixup: 0.2, cutmix: 0.2 }, [3, 9, 9], 1)!;
    const { losses } = await train(trainer, {
      steps,
      schedule: warmup({ lr: 0.02, steps: 10, next: cosine({ lr: 0.02, steps: steps - 10 }) }),
      batch: (i) => {
        const { input, labels: classes } = smallBatch(BATCH, i + 1);
        const plain = { images: input!.data as Float32Array, labels: classes!.data as Int32Array, size: BATCH };
        const mixed = mix(plain);
        return classificationFeeds(net, mixed.images, mixed.labels, mixed);
      },
    });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(mean(losses.slice(-20))).toBeLessThan(0.8 * mean(losses.slice(0, 5)));

    const exported = trainer.export();
    for (const { input, kind: what, initializer } of trainer.training.carried) {
      if (what !== 'parameter') continue;
      const { source } = exported.initializers.get(initializer!)!;
      expect(source).toEqual({ kind: 'data', data: trainer.value(`average:${input}`).data });
    }
    await trainer.release();

    const test = [smallBatch(100, 999)];
    const [before, after] = [await evaluate(net, test, WHERE), await evaluate(exported, test, WHERE)];
    expect(before.top1).toBeLessThan(0.5);
    expect(after.top1).toBeGreaterThan(0.9);
    // What leaves is the network alone: no teacher, the same nodes.
    expect(exported.nodes).toEqual(net.nodes);
    expect((await evaluate(decode(encode(exported)), test, WHERE)).loss).toBe(after.loss);
  });

  it('leaves the teacher as it was and computes the same in standard operators only', async () => {
    const teacher = await teacherOf(2);
    const loss = distilled(crossEntropy(), { teacher, kind: 'soft', weight: 0.5 });
    const losses: Float32Array[] = [];
    for (const standardOnly of [false, true]) {
      const options = { loss, optimizer: adamw(), batch: BATCH, clip: 1, ema: 0.9, standardOnly, ...WHERE };
      const trainer = await Trainer.create(smallTransformer(), options);
      const summary = await train(trainer, {
        steps: 4,
        schedule: constant(0.01),
        batch: (i) => smallBatch(BATCH, i + 1),
      });
      losses.push(summary.losses);
      await trainer.release();
    }
    losses[0]!.forEach((value, i) => {
      expect(value).toBeCloseTo(losses[1]![i]!, 4);
    });
    const test = [smallBatch(50, 7)];
    expect((await evaluate(teacher, test, WHERE)).loss).toBe((await evaluate(await teacherOf(2), test, WHERE)).loss);
  });
});
