/** Optimiser updates, coefficients and schedules against numbers worked out by hand. */
import {
  coefficientName,
  constant,
  cosine,
  type Loss,
  type SgdOptions,
  sgd,
  stable,
  step,
  warmup,
} from '@topiary/autodiff';
import { floats, type Graph, int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { Trainer } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';

/** logits = x W (one example, two features, two outputs). */
const linear = (weights: readonly number[]): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 2]);
  const w = b.initializer({
    name: 'w',
    type: 'float32',
    dims: [2, 2],
    source: { kind: 'data', data: Float32Array.from(weights) },
  });
  b.output(b.op('Gemm', [x, w], { transB: int(1) }), 'y');
  return b.build('linear');
};

/** L = Σ y, so dL/dW = x in each row. */
const total: Loss = {
  id: 'total',
  build: ({ b, outputs }) => ({ loss: b.op('ReduceSum', [outputs[0]!], { keepdims: int(0) }), metrics: {} }),
  perExample: () => null,
  sampled: () => null,
};

const FEEDS = { x: floats([1, -2], [1, 2]) };

const train = async (options: SgdOptions, weightDecay: number, rates: readonly number[]): Promise<number[]> => {
  const trainer = await Trainer.create(linear([0.5, 1, 2, -1]), {
    loss: total,
    optimizer: sgd(options),
    batch: 1,
    weightDecay,
    provider: 'cpu',
    threads: 1,
  });
  for (const lr of rates) await trainer.step(FEEDS, lr);
  const value = toNumbers(trainer.value('w'));
  await trainer.release();
  return value;
};

/** The same recursion in JavaScript doubles, per element. */
const byHand = (
  w0: number,
  slope: number,
  { momentum = 0.9, nesterov = false }: SgdOptions,
  decay: number,
  rates: readonly number[],
) => {
  let [w, m] = [w0, 0];
  for (const lr of rates) {
    const g = slope + decay * w;
    m = momentum * m + g;
    w -= lr * (nesterov ? g + momentum * m : m);
  }
  return w;
};

describe('SGD', () => {
  it.each([{ momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0 }])(
    'follows its recursion with %o',
    async (options) => {
      const rates = [0.1, 0.05, 0.2];
      const trained = await train(options, 0.01, rates);
      [0.5, 1, 2, -1].forEach((w, i) => {
        expect(trained[i]).toBeCloseTo(byHand(w, i % 2 === 0 ? 1 : -2, options, 0.01, rates), 5);
      });
    },
  );
});

describe('per-channel coefficients', () => {
  const create = () =>
    Trainer.create(linear([0.5, 1, 2, -1]), {
      loss: total,
      optimizer: sgd({ momentum: 0 }),
      batch: 1,
      coefficients: ['add', 'rate'],
      provider: 'cpu',
      threads: 1,
    });
  const find = (trainer: Trainer, name: string) => trainer.training.coefficients.find(({ input }) => input === name)!;

  it('change nothing while neutral', async () => {
    const trainer = await create();
    await trainer.step(FEEDS, 0.1);
    expect(toNumbers(trainer.value('w')).map((w) => Math.round(w * 1e5) / 1e5)).toEqual([0.4, 1.2, 1.9, -0.8]);
    await trainer.release();
  });

  it('add c·w to the gradient of a channel, along either axis', async () => {
    const trainer = await create();
    trainer.setCoefficient(find(trainer, coefficientName('add', 'w', 0)), Float32Array.of(0, 3));
    trainer.setCoefficient(find(trainer, coefficientName('add', 'w', 1)), Float32Array.of(1, 0));
    await trainer.step(FEEDS, 0.1);
    // Row 1 gets + 3w, column 0 gets + w: g = [1 + .5, -2, 1 + 4·2, -2 + 3·(-1)]
    expect(toNumbers(trainer.value('w')).map((w) => Math.round(w * 1e5) / 1e5)).toEqual([0.35, 1.2, 1.1, -0.5]);
    await trainer.release();
  });

  it('hold a channel where its rate is zero', async () => {
    const trainer = await create();
    trainer.setCoefficient(find(trainer, coefficientName('rate', 'w', 0)), Float32Array.of(0, 1));
    await trainer.step(FEEDS, 0.1);
    expect(toNumbers(trainer.value('w')).map((w) => Math.round(w * 1e5) / 1e5)).toEqual([0.5, 1, 1.9, -0.8]);
    await trainer.release();
  });
});

describe('schedules', () => {
  it('are what they say', () => {
    expect([0, 7].map(constant(0.1))).toEqual([0.1, 0.1]);
    const rate = cosine({ lr: 0.2, steps: 4 });
    expect([0, 1, 2, 4, 9].map((t) => Number(rate(t).toFixed(6)))).toEqual([0.2, 0.170711, 0.1, 0, 0]);
    expect([0, 5, 9, 10].map(step({ lr: 1, milestones: [5, 10], factor: 0.1 }))).toEqual([
      1, 0.1, 0.1, 0.010000000000000002,
    ]);
  });

  it('are the same for every length before they fall to zero', () => {
    const rates = [stable({ lr: 0.4, steps: 8, decay: 4 }), stable({ lr: 0.4, steps: 20, decay: 4 })];
    expect(rates.map((rate) => [0, 3, 4].map(rate))).toEqual([
      [0.4, 0.4, 0.4],
      [0.4, 0.4, 0.4],
    ]);
    expect([5, 8, 9].map(rates[0]!)).toEqual([0.2, 0, 0]);
    expect(rates[1]!(17)).toBe(0.2);
  });

  it('rise to the full rate before they begin', () => {
    const rate = warmup({ lr: 0.4, steps: 4, next: cosine({ lr: 0.4, steps: 2 }) });
    expect([0, 1, 3, 4, 5, 6].map((t) => Number(rate(t).toFixed(6)))).toEqual([0.1, 0.2, 0.4, 0.4, 0.2, 0]);
    expect([0, 3].map(warmup({ lr: 0.4, steps: 0, next: constant(0.4) }))).toEqual([0.4, 0.4]);
  });
});
