/** Steps whose loss or gradient is not finite: nothing that is carried moves, and the training goes on as if they were not. */
import { adamw, sgd } from '@topiary/autodiff';
import { floats, int, type Tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Feeds, LossTrainer, Trainer, type TrainerOptions } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BATCH, OPTIONS } from './_trainings.js';

/** A batch of which one number is none. */
const spoiled = (value: number): Feeds => {
  const { input, ...rest } = smallBatch(BATCH, 99);
  const data = Float32Array.from(input!.data as Float32Array);
  data[7] = value;
  return { ...rest, input: { ...input!, data } };
};

const carriedBy = (trainer: LossTrainer): Map<string, Tensor> =>
  new Map(trainer.training.carried.map(({ input }) => [input, trainer.value(input)]));

const TRAININGS: readonly (readonly [string, Partial<TrainerOptions>])[] = [
  ['SGD with momentum', {}],
  ['AdamW with averages and clipping', { optimizer: adamw(), ema: 0.9, clip: 1 }],
];

describe.each(TRAININGS)('with %s', (_name, options) => {
  const create = (onNotFinite: 'stop' | 'skip') =>
    Trainer.create(smallResnet(), { ...OPTIONS, threads: 1, ...options, onNotFinite });

  it('a step that is not finite is as if it had not been', async () => {
    const [spoiledOne, clean, usual] = [await create('skip'), await create('skip'), await create('stop')];
    const good = [1, 2, 3, 4].map((seed) => ({ feeds: smallBatch(BATCH, seed), lr: 0.02 }));
    const bad = [Number.NaN, Number.POSITIVE_INFINITY].map((value) => ({ feeds: spoiled(value), lr: 0.02 }));
    const results = await spoiledOne.steps([good[0]!, bad[0]!, good[1]!, good[2]!, bad[1]!, good[3]!]);
    const wanted = await clean.steps(good);
    expect(results.map(({ skipped }) => skipped)).toEqual([false, true, false, false, true, false]);
    expect(results.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(results.filter(({ skipped }) => !skipped).map(({ loss }) => loss)).toEqual(wanted.map(({ loss }) => loss));
    expect(spoiledOne.taken).toEqual({ steps: 6, skipped: 2 });
    expect(carriedBy(spoiledOne)).toEqual(carriedBy(clean));
    // and skipping changes nothing where nothing is skipped
    await usual.steps(good);
    const { initializers } = usual.export();
    expect(clean.export().initializers).toEqual(initializers);
    await Promise.all([spoiledOne, clean, usual].map((trainer) => trainer.release()));
  });

  it('a training that is to stop says where it did', async () => {
    const trainer = await create('stop');
    await trainer.step(smallBatch(BATCH, 1), 0.02);
    await expect(trainer.step(spoiled(Number.NaN), 0.02)).rejects.toThrow(
      expect.objectContaining({ code: 'TOPIARY_RUNTIME_NOT_FINITE', message: expect.stringMatching(/step 2/) }),
    );
    await trainer.release();
  });
});

/** L = √Σ (w x)²: at 0 the root is 0, its slope 0 / 0. */
const norm = (onNotFinite: 'stop' | 'skip'): Promise<LossTrainer> => {
  const b = createBuilder();
  const w = b.initializer({ name: 'w', type: 'float32', dims: [], source: { kind: 'data', data: Float32Array.of(2) } });
  const wx = b.op('Mul', [w, b.input('x', 'float32', [2])]);
  b.output(b.op('Sqrt', [b.op('ReduceSum', [b.op('Mul', [wx, wx])], { keepdims: int(0) })]), 'loss');
  const options = { provider: 'cpu', threads: 1, optimizer: sgd(), parameters: [{ name: 'w' }] } as const;
  return LossTrainer.of(b.build('norm'), { ...options, onNotFinite });
};

it('a loss that is finite while its gradient is not is skipped, too', async () => {
  const trainer = await norm('skip');
  expect(await trainer.step({ x: floats([0, 0]) }, 0.1)).toMatchObject({ loss: 0, skipped: true });
  expect(trainer.value('w').data).toEqual(Float32Array.of(2));
  expect(await trainer.step({ x: floats([3, 4]) }, 0.1)).toMatchObject({ loss: 10, skipped: false });
  expect(trainer.value('w').data[0]).toBeCloseTo(2 - 0.1 * 5, 6);
  await trainer.release();
});

it('a gradient that is not finite stops a training at once, although its loss is', async () => {
  const trainer = await norm('stop');
  await trainer.step({ x: floats([3, 4]) }, 0.1);
  await expect(trainer.step({ x: floats([0, 0]) }, 0.1)).rejects.toThrow(
    expect.objectContaining({
      code: 'TOPIARY_RUNTIME_NOT_FINITE',
      message: expect.stringMatching(/step 2 of training 'norm'.*finite gradients/),
    }),
  );
  await trainer.release();
});
