/** Everything in a picture: a decoder that is known beforehand in the place of a network's, so that every number is worked out by hand. */
import { floats } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import { type Compute, EVERYTHING, segmentEverything, stabilityOf } from '@topiary/tasks';
import { describe, expect, it } from 'vitest';
import { computeHere, narrowPipeline } from '../../../helpers/segmenter.js';

const base = narrowPipeline();
const NORMALISATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
/** The narrow decoder's masks have 16 pixels along a side, pictures 64. */
const [LOW, SIDE] = [16, 64];
const pixels = { width: SIDE, height: SIDE, data: new Uint8Array(3 * SIDE * SIDE) };

interface Rule {
  /** Of the four masks, where a point lies at x of 64: the logit at column c of 16. */
  readonly logit: (x: number, mask: number, c: number) => number;
  readonly iou: (x: number, mask: number) => number;
}

/** Answers by the place of the point alone; counts prompts that were decoded together. */
const computeBy = ({ logit, iou }: Rule, together: number[] = []): Compute => ({
  pause: async () => undefined,
  open: async () => {
    let asked: readonly number[] = [];
    return {
      run: async (part, feeds): Promise<Feeds> => {
        if (part === 'encoder') return { embedding: floats(new Float32Array(16 * 4 * 4), [1, 16, 4, 4]) };
        if (part === 'prompts') {
          const { data, dims } = feeds['points']!;
          asked = Array.from({ length: dims[0]! }, (_, i) => Number((data as Float32Array)[4 * i]));
          together.push(asked.length);
          return {};
        }
        const masks = asked.flatMap((x) =>
          Array.from({ length: 4 * LOW * LOW }, (_, at) => logit(x, Math.floor(at / LOW ** 2), at % LOW)),
        );
        const told = asked.flatMap((x) => [0, 1, 2, 3].map((mask) => iou(x, mask)));
        return {
          masks: floats(Float32Array.from(masks), [asked.length, 4, LOW, LOW]),
          iou: floats(Float32Array.from(told), [asked.length, 4]),
        };
      },
      release: async () => undefined,
    };
  },
});

const isLeft = (x: number): boolean => x < SIDE / 2;
/** The half of the picture that a point lies in; with sharp edges. */
const half = (x: number, c: number): number => (isLeft(x) === c < LOW / 2 ? 50 : -50);
const options = { ...EVERYTHING, points: 4, normalisation: NORMALISATION };

describe('everything in a picture', () => {
  it('is what a grid of points finds, once each, the surest first', async () => {
    const together: number[] = [];
    const compute = computeBy(
      { logit: (x, _, c) => half(x, c), iou: (x, mask) => (mask === 2 ? (isLeft(x) ? 0.9 : 0.95) : 0.5) },
      together,
    );
    const found = await segmentEverything(base, pixels, options, compute);
    expect(together).toEqual([16]);
    expect(found.map(({ box, iou }) => [box, Number(iou.toFixed(2))])).toEqual([
      [[32, 0, 64, 64], 0.95],
      [[0, 0, 32, 64], 0.9],
    ]);
    expect(found[0]!.mask.reduce((n, bit) => n + bit, 0)).toBe((SIDE * SIDE) / 2);
    // points lie in the middle of cells of 16 pixels
    expect(found.map(({ point }) => [point[0] % 16, point[1] % 16])).toEqual([
      [8, 8],
      [8, 8],
    ]);
  });

  it('never takes the mask that is for several prompts, nor one that is told to be bad', async () => {
    const compute = computeBy({ logit: (x, _, c) => half(x, c), iou: (_, mask) => (mask === 0 ? 1 : 0.88) });
    expect(await segmentEverything(base, pixels, options, compute)).toEqual([]);
  });

  it('passes over masks that hang on the threshold, and over empty ones', async () => {
    const soft = computeBy({ logit: (x, _, c) => half(x, c) / 100, iou: () => 1 });
    expect(await segmentEverything(base, pixels, options, soft)).toEqual([]);
    const empty = computeBy({ logit: () => -50, iou: () => 1 });
    expect(await segmentEverything(base, pixels, options, empty)).toEqual([]);
  });

  it('keeps masks whose boxes overlap by as much as is allowed', async () => {
    // points of the left half say columns 0 to 7, those of the right half 2 to 9: boxes of 32 by 64 that share 24 columns
    const compute = computeBy({
      logit: (x, _, c) => (c >= (isLeft(x) ? 0 : 2) && c < (isLeft(x) ? 8 : 10) ? 50 : -50),
      iou: (x) => (isLeft(x) ? 0.95 : 0.9),
    });
    const boxes = async (overlap: number) =>
      (await segmentEverything(base, pixels, { ...options, overlap }, compute)).length;
    // 24 / (32 + 32 - 24)
    expect(await boxes(0.61)).toBe(2);
    expect(await boxes(0.59)).toBe(1);
  });

  it('comes from a real network, too', async () => {
    const all = { ...options, points: 2, leastIou: -1e9, leastStability: 0, overlap: 1 };
    const found = await segmentEverything(base, pixels, all, computeHere);
    expect(found.length).toBeLessThanOrEqual(12);
    for (const { mask } of found) expect(mask).toHaveLength(SIDE * SIDE);
  });
});

describe('how stable a mask is', () => {
  it('is the share of its pixels that a higher threshold leaves', () => {
    // above 1: 2 and 3; above -1: 2, 3, 0.5 and -0.5
    expect(stabilityOf(Float32Array.of(2, 3, 0.5, -0.5, -2), 1)).toBe(0.5);
    expect(stabilityOf(Float32Array.of(-2, -3), 1)).toBe(0);
  });
});
