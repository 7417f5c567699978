/** How pictures and prompts come into the encoder's square, and masks out of it. */
import { describe, expect, it } from 'vitest';
import {
  framedBox,
  framedMask,
  framedPicture,
  framedPoint,
  framedSize,
  interpolate,
  maskFrom,
} from '../../../../packages/tasks/src/segmentation/frame.js';
import { checkPrompt, promptFeeds } from '../../../../packages/tasks/src/segmentation/prompts.js';

const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] };

describe('the square of the encoder', () => {
  it('is filled by the longer side, as Segment Anything rounds it', () => {
    // floor(427 · 1024 / 640 + .5)
    expect(framedSize({ width: 640, height: 427 }, 1024)).toEqual({ width: 1024, height: 683 });
    expect(framedPoint([320, 100], { width: 640, height: 427 }, 1024)).toEqual([512, (100 * 683) / 427]);
    expect(framedBox([0, 0, 640, 427], { width: 640, height: 427 }, 1024)).toEqual([0, 0, 1024, 683]);
  });

  it('has zeros, not black, where there is no picture', () => {
    const out = new Float32Array(3 * 16);
    const data = new Uint8Array(3 * 8).fill(255);
    framedPicture({ width: 4, height: 2, data }, 4, { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }, out);
    expect([...out.slice(0, 16)]).toEqual([...Array(8).fill(2), ...Array(8).fill(0)]);
  });

  it('shrinks with antialias as Pillow does', () => {
    // Pillow: Image.fromarray(row).resize((3, 1), BILINEAR) of 0, 51, 102, 153, 204, 255
    const row = [0, 51, 102, 153, 204, 255];
    const data = Uint8Array.from([...row, ...row, ...row]);
    const out = new Float32Array(3 * 9);
    framedPicture({ width: 6, height: 1, data }, 3, PLAIN, out);
    const bytes = [...out.slice(0, 3)].map((value) => Math.round(value * 255));
    // triangles of two old pixels to either side: (3 · 0 + 3 · 51 + 102) / 7, (0 + 3 · 51 + …) / 8, …
    expect(bytes).toEqual([36, 128, 219]);
  });
});

describe('masks', () => {
  it('of the decoder are those of cells that a mask fills by half', () => {
    const mask = new Uint8Array(64);
    // rows 0 and 1 of eight, and one pixel of the next
    mask.fill(1, 0, 16);
    mask[16] = 1;
    const cells = framedMask(mask, { width: 8, height: 8 }, 8, 4);
    expect([...cells]).toEqual([1, 1, 1, 1, ...Array(12).fill(0)]);
  });

  it('are enlarged as torch.nn.functional.interpolate does, corners not aligned', () => {
    // interpolate(tensor([[0., 4.], [8., 12.]]), size=4, mode='bilinear', align_corners=False)
    const grown = interpolate(Float32Array.of(0, 4, 8, 12), { width: 2, height: 2 }, { width: 4, height: 4 });
    expect([...grown]).toEqual([0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12]);
  });

  it('of a picture that is not square are cut before they are brought to its size', () => {
    const logits = Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? 1 : -1));
    expect([...maskFrom(logits, 4, 4, { width: 8, height: 4 })]).toEqual(Array(32).fill(1));
    expect(maskFrom(logits, 4, 4, { width: 4, height: 4 }).reduce((n, bit) => n + bit, 0)).toBe(8);
  });
});

const SIZE = { width: 100, height: 50 };

describe('prompts', () => {
  it('are two places each: a point and none, or the corners of a box', () => {
    const feeds = promptFeeds(
      [
        { prompt: { kind: 'point', point: [50, 25], inside: true }, size: SIZE },
        { prompt: { kind: 'box', box: [10, 0, 60, 50] }, size: SIZE },
      ],
      64,
      32,
    );
    expect([...(feeds['points']!.data as Float32Array)]).toEqual([
      32,
      16,
      0,
      0,
      ...[10, 0, 60, 50].map((v) => Math.fround(0.64 * v)),
    ]);
    expect([...(feeds['labels']!.data as Float32Array)]).toEqual([1, -1, 2, 3]);
    expect(feeds['mask']!.dims).toEqual([2, 1, 32, 32]);
  });

  it('carry the mask of an earlier answer, alone or beside a place', () => {
    const [one, other] = [new Float32Array(16).fill(3), new Float32Array(16).fill(-2)];
    const feeds = promptFeeds(
      [
        { prompt: { kind: 'mask', earlier: one }, size: SIZE },
        { prompt: { kind: 'point', point: [50, 25], inside: false }, size: SIZE },
        { prompt: { kind: 'box', box: [10, 0, 60, 50], earlier: other }, size: SIZE },
      ],
      64,
      4,
    );
    expect([...(feeds['labels']!.data as Float32Array)]).toEqual([-1, -1, 0, -1, 2, 3]);
    expect([...(feeds['given']!.data as Float32Array)]).toEqual([1, 0, 1]);
    expect([...(feeds['mask']!.data as Float32Array)]).toEqual([...one, ...new Float32Array(16), ...other]);
    expect(() => promptFeeds([{ prompt: { kind: 'mask', earlier: one }, size: SIZE }], 64, 8)).toThrow(
      /earlier mask, 8 by 8; got 16 numbers/,
    );
  });

  it.each([
    [
      'a point outside',
      { kind: 'point', point: [120, 10], inside: true },
      /within the picture of 100 by 50 pixels; got 120, 10/,
    ],
    ['a box outside', { kind: 'box', box: [10, 10, 30, 80] }, /within the picture/],
    ['a box with width and height', { kind: 'box', box: [60, 20, 30, 25] }, /x1, y1, x2, y2.*Give .*60, 20, 90, 45/s],
    ['a box without area', { kind: 'box', box: [60, 20, 60, 90] }, /x1 < x2 and y1 < y2; got 60, 20, 60, 90$/],
  ] as const)('that nobody can mean are refused: %s', (_, prompt, message) => {
    expect(() => checkPrompt(prompt, SIZE)).toThrow(message);
    expect(() => checkPrompt(prompt, SIZE)).toThrow(expect.objectContaining({ code: 'TOPIARY_TASKS_PROMPT' }));
  });
});
