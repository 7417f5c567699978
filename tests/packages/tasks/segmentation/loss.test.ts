/** The loss of masks against its formula in double precision, and its slope against differences. */
import { gradientGraph } from '@topiary/autodiff';
import { floats, type Graph } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile } from '@topiary/runtime';
import { maskLoss } from '@topiary/tasks';
import { describe, expect, it } from 'vitest';

const [M, MASKS, SIDE] = [3, 4, 4];
const PIXELS = SIDE * SIDE;
const logits = Float32Array.from({ length: M * MASKS * PIXELS }, (_, i) => 2.5 * Math.sin(1.7 * i + 0.3 * (i % 5)));
const told = Float32Array.from({ length: M * MASKS }, (_, i) => 0.5 + 0.4 * Math.cos(i));
// the last prompt means nothing: its truth is empty
const truth = Float32Array.from({ length: M * PIXELS }, (_, i) => Number(i < 2 * PIXELS && i % 3 !== 0));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const byHand = (x: Float32Array, quality: Float32Array): { loss: number; iou: number } => {
  const losses: number[] = [];
  let iou = 0;
  const errors: number[] = [];
  for (let m = 0; m < M; m += 1) {
    const t = [...truth.slice(m * PIXELS, (m + 1) * PIXELS)];
    const each = Array.from({ length: MASKS }, (_, k) => {
      const at = (m * MASKS + k) * PIXELS;
      const own = [...x.slice(at, at + PIXELS)];
      const p = own.map((value) => 1 / (1 + Math.exp(-value)));
      const focal = mean(
        p.map((value, i) => {
          const right = t[i] === 1 ? value : 1 - value;
          return (t[i] === 1 ? 0.25 : 0.75) * (1 - right) ** 2 * -Math.log(right);
        }),
      );
      const dice = 1 - (2 * sum(p.map((value, i) => value * t[i]!)) + 1) / (sum(p) + sum(t) + 1);
      const drawn = own.map((value) => Number(value > 0));
      const shared = sum(drawn.map((bit, i) => bit * t[i]!));
      const real = shared / Math.max(1, sum(drawn) + sum(t) - shared);
      errors.push((quality[m * MASKS + k]! - real) ** 2);
      if (k === 0) iou += real;
      return 20 * focal + dice;
    });
    losses.push(each[0]! + Math.min(...each.slice(1)));
  }
  return { loss: mean(losses) + mean(errors), iou };
};

/** A network that says what it is given. */
const network = (): Graph => {
  const b = createBuilder();
  const masks = b.input('masks', 'float32', [M, MASKS, SIDE, SIDE]);
  const iou = b.input('iou', 'float32', [M, MASKS]);
  b.output(b.op('Add', [masks, b.scalar(0)]), 'said');
  b.output(b.op('Add', [iou, b.scalar(0)]), 'quality');
  return b.build('masks');
};

const slopes = async (x: Float32Array, quality: Float32Array) => {
  const built = gradientGraph(network(), {
    batch: M,
    wrt: ['masks', 'iou'],
    loss: {
      id: 'masks',
      build: ({ b, outputs }) => {
        const given = b.input('truth', 'float32', [M, SIDE, SIDE]);
        const { loss, iou } = maskLoss(b, { masks: outputs[0]!, iou: outputs[1]!, truth: given });
        return { loss, metrics: { iou } };
      },
      perExample: () => null,
      sampled: () => null,
    },
  });
  const session = await compile(built.graph, { provider: 'cpu', threads: 1 });
  const result = await session.run({
    truth: floats(truth, [M, SIDE, SIDE]),
    masks: floats(x, [M, MASKS, SIDE, SIDE]),
    iou: floats(quality, [M, MASKS]),
  });
  await session.release();
  return { result, built };
};

describe('the loss of masks', () => {
  it('is 20 focal and dice of the first mask and of the best other one, and the error of the IoU that is told', async () => {
    const { result, built } = await slopes(logits, told);
    expect(Number(result[built.loss]!.data[0])).toBeCloseTo(byHand(logits, told).loss, 5);
    expect(Number(result[built.metrics['iou']!]!.data[0])).toBeCloseTo(byHand(logits, told).iou, 5);
  });

  it('falls along its slope, and the IoU of a drawn mask has none', async () => {
    const { result, built } = await slopes(logits, told);
    const [masks, iou] = ['masks', 'iou'].map((name) => result[built.gradients.get(name)!]!.data as Float32Array);
    const step = 1e-3;
    for (const at of [1, 7, PIXELS + 3, 5 * PIXELS + 1, 11 * PIXELS]) {
      const moved = (by: number) =>
        byHand(
          logits.map((value, i) => (i === at ? value + by : value)),
          told,
        ).loss;
      expect(masks![at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
    }
    for (const at of [0, 5]) {
      const moved = (by: number) =>
        byHand(
          logits,
          told.map((value, i) => (i === at ? value + by : value)),
        ).loss;
      expect(iou![at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
    }
  });
});
