/** Raw heads become boxes, and one box an object is left. */
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { anchorsOf } from '../../../../packages/tasks/src/detection/anchors.js';
import { answerOf, expectation, exportedAnswer } from '../../../../packages/tasks/src/detection/decode.js';
import { iou } from '../../../../packages/tasks/src/detection/geometry.js';
import { EVALUATION, PREDICTION, suppress, unletterboxed } from '../../../../packages/tasks/src/detection/nms.js';
import type { Head } from '../../../../packages/tasks/src/detection/types.js';

const head: Head = { size: 64, strides: [8, 16, 32], bins: 16, classes: 2 };
const anchors = anchorsOf(head);

/** Logits that are low everywhere. */
const quiet = () => ({
  boxes: new Float32Array(4 * head.bins * anchors.count),
  scores: new Float32Array(head.classes * anchors.count).fill(-20),
});

describe('anchors', () => {
  it('are 8400 at 640 pixels and 336 at 128', () => {
    expect(anchorsOf({ size: 640, strides: [8, 16, 32] }).count).toBe(8400);
    expect(anchorsOf({ size: 128, strides: [8, 16, 32] }).count).toBe(336);
  });

  it('lie in the middle of their cells, x fast, scale after scale', () => {
    expect([anchors.x[9], anchors.y[9], anchors.stride[9]]).toEqual([1.5, 1.5, 8]);
    expect([anchors.x[64], anchors.y[64], anchors.stride[64]]).toEqual([0.5, 0.5, 16]);
    expect([anchors.x[83], anchors.y[83], anchors.stride[83]]).toEqual([1.5, 1.5, 32]);
  });

  it('do not fit a size that is no multiple of the largest stride', () => {
    expect(() => anchorsOf({ size: 72, strides: [8, 16, 32] })).toThrow(/multiple of the stride 16/);
  });
});

describe('distances', () => {
  it('are the expectation of their distribution', () => {
    expect(expectation(new Float32Array(16), 0, 1, 16)).toBeCloseTo(7.5, 12);
    const peak = Float32Array.from({ length: 16 }, (_, k) => (k === 3 ? 2 : 0));
    expect(expectation(peak, 0, 1, 16)).toBeCloseTo(6.2158566, 6);
    expect(expectation(peak, 0, 1, 16)).toBeCloseTo((117 + 3 * Math.E ** 2) / (15 + Math.E ** 2), 12);
  });

  it('stay finite for large logits', () => {
    expect(expectation(Float32Array.from([0, 1e4, 0]), 0, 1, 3)).toBe(1);
  });
});

describe('raw heads', () => {
  it('give a box around their anchor, each side from its own logits', () => {
    const raw = quiet();
    const at = 9;
    for (const [side, cells] of [1, 2, 3, 4].entries()) {
      raw.boxes[(side * head.bins + cells) * anchors.count + at] = 100;
    }
    raw.scores[anchors.count + at] = 0;
    const { detections } = suppress(answerOf(raw, head, anchors), EVALUATION);
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject({ class: 1, score: 0.5 });
    expect(detections[0]!.box).toEqual([4, -4, 36, 44]);
  });

  it('of another size are refused', () => {
    expect(() => answerOf({ ...quiet(), scores: new Float32Array(5) }, head, anchors)).toThrow(/168 numbers/);
  });

  it('mean the same as an exported output', () => {
    const random = randomFrom('exported');
    const raw = quiet();
    raw.scores.forEach((_, i) => {
      raw.scores[i] = random.between(-8, 3);
    });
    raw.boxes.forEach((_, i) => {
      raw.boxes[i] = random.between(-2, 2);
    });
    const own = answerOf(raw, head, anchors);
    const output = new Float32Array(6 * anchors.count);
    for (let a = 0; a < anchors.count; a += 1) {
      const [l, t, r, b] = own.box(a);
      [(l + r) / 2, (t + b) / 2, r - l, b - t].forEach((value, row) => {
        output[row * anchors.count + a] = value;
      });
    }
    output.set(
      raw.scores.map((x) => 1 / (1 + Math.exp(-x))),
      4 * anchors.count,
    );
    const [first, second] = [own, exportedAnswer(output, 2)].map((answer) => suppress(answer, PREDICTION));
    expect(second!.candidates).toBe(first!.candidates);
    expect(second!.detections.map((one) => one.class)).toEqual(first!.detections.map((one) => one.class));
    second!.detections.forEach(({ score, box }, i) => {
      expect(score).toBeCloseTo(first!.detections[i]!.score, 6);
      for (const [corner, x] of box.entries()) expect(x).toBeCloseTo(first!.detections[i]!.box[corner]!, 4);
    });
  });
});

/** An exported output of these boxes (left, top, right, bottom) with a score per class. */
const exported = (rows: readonly { readonly box: readonly number[]; readonly scores: readonly number[] }[]) => {
  const columns = rows.map(({ box: [l, t, r, b], scores }) => [
    (l! + r!) / 2,
    (t! + b!) / 2,
    r! - l!,
    b! - t!,
    ...scores,
  ]);
  const width = columns[0]!.length;
  return exportedAnswer(
    Float32Array.from(
      { length: width * rows.length },
      (_, i) => columns[i % rows.length]![Math.floor(i / rows.length)]!,
    ),
    width - 4,
  );
};

describe('suppression', () => {
  const wide = [0, 0, 100, 100];

  it('keeps a box that overlaps by exactly the threshold, and drops one that overlaps by more', () => {
    const rows = (height: number) => [
      { box: wide, scores: [0.9] },
      { box: [0, 0, 100, height], scores: [0.8] },
    ];
    const options = { ...EVALUATION, iou: 0.75 };
    expect(suppress(exported(rows(75)), options).detections).toHaveLength(2);
    expect(suppress(exported(rows(76)), options).detections).toHaveLength(1);
  });

  it('leaves other classes alone', () => {
    const rows = [
      { box: wide, scores: [0.9, 0.1] },
      { box: wide, scores: [0.1, 0.8] },
    ];
    const many = suppress(exported(rows), EVALUATION).detections;
    expect(many.map(({ class: c, score }) => [c, Number(score.toFixed(2))])).toEqual([
      [0, 0.9],
      [1, 0.8],
    ]);
    const best = suppress(exported(rows), { ...EVALUATION, multiLabel: false, iou: 1 }).detections;
    expect(best).toHaveLength(2);
    expect(suppress(exported(rows), { ...EVALUATION, iou: 1 }).detections).toHaveLength(4);
  });

  it('wants a score above the threshold, looks at the best candidates, and keeps the best', () => {
    const rows = [0.001, 0.3, 0.2, 0.4].map((score, i) => ({ box: [100 * i, 0, 100 * i + 10, 10], scores: [score] }));
    const scoresOf = (options: Partial<typeof EVALUATION>) =>
      suppress(exported(rows), { ...EVALUATION, ...options }).detections.map(({ score }) => Number(score.toFixed(3)));
    expect(scoresOf({ score: Math.fround(0.001) })).toEqual([0.4, 0.3, 0.2]);
    expect(scoresOf({ candidates: 2 })).toEqual([0.4, 0.3]);
    expect(scoresOf({ most: 1 })).toEqual([0.4]);
  });

  it('leaves what a slow search through all pairs leaves', () => {
    const random = randomFrom('suppression');
    const rows = Array.from({ length: 300 }, () => {
      const [x, y] = [random.between(0, 200), random.between(0, 200)];
      return {
        box: [x, y, x + random.between(20, 80), y + random.between(20, 80)],
        scores: [Math.fround(random.unit()), Math.fround(random.unit())],
      };
    });
    const got = suppress(exported(rows), { ...EVALUATION, iou: 0.5, most: 1000 }).detections;
    const all = suppress(exported(rows), { ...EVALUATION, iou: 1, most: 1000 }).detections;
    const alive = new Set(all);
    for (const better of all) {
      if (!alive.has(better)) continue;
      for (const other of all) {
        const isWorse = other.class === better.class && other !== better && other.score < better.score;
        if (isWorse && iou(better.box, other.box) > 0.5) alive.delete(other);
      }
    }
    expect(got).toEqual(all.filter((one) => alive.has(one)));
    expect(got.length).toBeLessThan(all.length);
  });

  it('is undone by no letterbox: boxes come back to the picture and end at its edges', () => {
    const letterbox = { scale: 0.5, left: 0, top: 40, width: 640, height: 480 };
    const found = { score: 0.9, class: 0, box: [10, 50, 400, 300] as const };
    expect(unletterboxed(found, letterbox).box).toEqual([20, 20, 640, 480]);
  });
});
