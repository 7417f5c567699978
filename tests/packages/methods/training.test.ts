/** A training as a recipe describes it: no field is without effect, schedules are what they say, coefficients arrive. */
import { adamw } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { scheduleOf, type TrainingRequest, trainPipeline } from '@topiary/methods';
import { dataOf, type Graph } from '@topiary/onnx';
import { graphOf, single } from '@topiary/pipeline';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { inMemory } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';
import { smallResnet, smallTransformer } from '../autodiff/_nets.js';
import { aligned, DECLARED, feedsAt } from '../runtime/_students.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');

/** The board's own training, but short; small batches make each step differ. */
const SETTINGS: Training = { ...fillRecipe(BOARD, {}).finetune, steps: 5, batch: 6, momentum: 0.5 };

const SPLIT = inMemory({
  dims: [3, 9, 9],
  pixels: Uint8Array.from({ length: 24 * 243 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: 24 }, (_, i) => i % 5),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});

const on = (context = runContext()) => procedureFor({ graph: smallResnet(), task: classifierTask(SPLIT, 5), context });

const trained = async (changes: Partial<Training>, request: Partial<TrainingRequest> = {}): Promise<Graph> =>
  graphOf(
    await trainPipeline(
      on(),
      single(smallResnet()),
      { ...SETTINGS, ...changes },
      { stage: 'finetune', progress: () => undefined, teachers: { base: single(smallTransformer()) }, ...request },
    ),
  );

const weights = (graph: Graph): number[] =>
  [...graph.initializers.values()].flatMap((one) => Array.from(dataOf(one)!, Number));

const SOFT = { distillation: 'soft' } as const;

/** Each field of a training, changed once; what it means without a teacher or on SGD alone is changed beside it. */
const CHANGES: { readonly [F in keyof Training]: readonly [Partial<Training>, Partial<Training>] } = {
  steps: [{}, { steps: 6 }],
  batch: [{}, { batch: 7 }],
  optimizer: [{}, { optimizer: 'adamw' }],
  lr: [{}, { lr: 0.02 }],
  momentum: [{}, { momentum: 0.9 }],
  weightDecay: [{}, { weightDecay: 0.1 }],
  schedule: [{}, { schedule: 'constant' }],
  warmup: [{}, { warmup: 3 }],
  clip: [{}, { clip: 0.1 }],
  ema: [{}, { ema: 0.9 }],
  labelSmoothing: [{}, { labelSmoothing: 0.1 }],
  mixup: [{}, { mixup: 0.8 }],
  cutmix: [{ mixup: 0.8 }, { mixup: 0.8, cutmix: 1 }],
  distillation: [SOFT, { distillation: 'hard' }],
  distillationWeight: [SOFT, { ...SOFT, distillationWeight: 0.9 }],
  temperature: [SOFT, { ...SOFT, temperature: 4 }],
};

describe('a training', () => {
  it.each(Object.entries(CHANGES))('depends on its field %s', async (_field, [usual, changed]) => {
    const [first, again, other] = [await trained(usual), await trained(usual), await trained(changed)];
    expect(weights(again)).toEqual(weights(first));
    expect(weights(other)).not.toEqual(weights(first));
    expect(weights(other).every(Number.isFinite)).toBe(true);
  });

  it('leaves alone what stands for "none"', async () => {
    const plain = weights(await trained({}));
    const without = { distillation: 'none', distillationWeight: 0.9, temperature: 4, warmup: 0, clip: 1000 } as const;
    const bounded = weights(await trained(without));
    // A clip that is never reached multiplies by one.
    expect(bounded).toEqual(plain);
  });

  it('asks for the coefficients of a step before it is taken', async () => {
    const seen: number[] = [];
    const net = await trained(
      {},
      {
        stage: 'sparsify',
        coefficients: ['rate'],
        setCoefficients: (step, trainer) => {
          seen.push(step);
          const rate = trainer.training.coefficients.find(({ input }) => input === 'rate:0:linear.weight')!;
          trainer.setCoefficient(rate, new Float32Array(5));
        },
      },
    );
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    const of = (graph: Graph, name: string) => dataOf(graph.initializers.get(name)!);
    expect(of(net, 'linear.weight')).toEqual(of(smallResnet(), 'linear.weight'));
    expect(of(net, 'linear.bias')).not.toEqual(of(smallResnet(), 'linear.bias'));
  });

  it('keeps the curves of its two stages apart', async () => {
    const context = runContext();
    for (const [stage, prefix] of [
      ['sparsify', 'sparsify-'],
      ['finetune', ''],
    ] as const)
      await trainPipeline(on(context), single(smallResnet()), SETTINGS, { stage, prefix, progress: () => undefined });
    const { curves } = context.report;
    expect(Object.keys(curves)).toEqual(['sparsify-loss', 'sparsify-train-top1', 'loss', 'train-top1']);
    expect(curves['loss']!.steps).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a procedure', () => {
  it('trains what a composed graph declares, and goes on from a checkpoint', async () => {
    const options = { optimizer: adamw(), parameters: DECLARED, weightDecay: 0.1, onNotFinite: 'skip' } as const;
    const [first, second] = [await on().lossTrainer(aligned(), options), await on().lossTrainer(aligned(), options)];
    expect(first.provider).toBe('cpu');
    const steps = [0, 1].map((i) => ({ feeds: feedsAt(i, 0.5), lr: 0.01 }));
    const [, later] = await first.steps(steps);
    await second.steps(steps.slice(0, 1));
    second.restore(second.checkpoint());
    expect(await second.steps(steps.slice(1))).toEqual([later]);
    expect(later).toMatchObject({ step: 2, skipped: false });
    await Promise.all([first.release(), second.release()]);
  });
});

describe('a schedule', () => {
  const rates = (changes: Partial<Training>, steps: readonly number[]) =>
    steps.map((t) => Number(scheduleOf({ ...SETTINGS, lr: 1, steps: 110, ...changes })(t).toFixed(6)));

  it('falls to a tenth at 60 % and at 80 % of what the warm-up leaves', () => {
    expect(rates({ schedule: 'step' }, [0, 65, 66, 87, 88])).toEqual([1, 1, 0.1, 0.1, 0.01]);
    expect(rates({ schedule: 'step', warmup: 10 }, [0, 4, 9, 10, 69, 70, 89, 90])).toEqual([
      0.1, 0.5, 1, 1, 1, 0.1, 0.1, 0.01,
    ]);
  });

  it('reaches the middle of its cosine half way after the warm-up', () => {
    expect(rates({ schedule: 'cosine', warmup: 10 }, [9, 10, 60, 110])).toEqual([1, 1, 0.5, 0]);
    expect(rates({ schedule: 'constant', warmup: 4 }, [0, 3, 4, 109])).toEqual([0.25, 1, 1, 1]);
  });

  it('may be all warm-up', () => {
    for (const schedule of ['constant', 'cosine', 'step'] as const)
      expect(rates({ schedule, warmup: 220 }, [0, 109])).toEqual([0.004545, 0.5]);
  });
});
