/** The view of masks reads what the task writes, and nothing else. */
import { describe, expect, it } from 'vitest';
import { maskOf } from '../../../apps/web/src/features/views/masks/resize.js';
import { asksFrom, masksFrom } from '../../../apps/web/src/features/views/masks-data.js';
import { maskFrom } from '../../../packages/tasks/src/segmentation/frame.js';
import { runsOf } from '../../../packages/tasks/src/segmentation/show.js';

const mask = Uint8Array.of(0, 1, 1, 0, 0, 1);
const cut = { runs: runsOf(mask), iou: 0.5 };
const object = { point: [1, 0], network: cut, base: { runs: runsOf(new Uint8Array(6).fill(1)), iou: 1 } };
const picture = { image: 'data:image/webp;base64,AA==', width: 3, height: 2, objects: [object] };

describe('masks', () => {
  it('are run lengths, row by row, of what is outside first', () => {
    expect(runsOf(mask)).toEqual([1, 2, 2, 1]);
    const [found] = masksFrom({ pictures: [picture] })!;
    expect([...found!.objects[0]!.network.mask]).toEqual([...mask]);
    expect([...found!.objects[0]!.base.mask]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([found!.objects[0]!.point, found!.objects[0]!.base.iou]).toEqual([[1, 0], 1]);
  });

  it('of everything are masks without points; an earlier version has none', () => {
    const everything = { network: [runsOf(mask)], base: [] };
    const [found] = masksFrom({ pictures: [{ ...picture, everything }] })!;
    expect(found!.everything!.network.map((one) => [...one])).toEqual([[...mask]]);
    expect(found!.everything!.base).toEqual([]);
    expect(masksFrom({ pictures: [picture] })![0]!.everything).toBeNull();
  });

  it.each([
    null,
    {},
    { pictures: [] },
    { pictures: [{ ...picture, image: 'https://elsewhere' }] },
    { pictures: [{ ...picture, width: 4 }] },
    { pictures: [{ ...picture, everything: { network: [[1]], base: [] } }] },
    { pictures: [{ ...picture, objects: [{ ...object, network: {} }] }] },
  ])('are nothing where the file is another: %#', (data) => {
    expect(masksFrom(data)).toBeNull();
  });

  it('may say how their networks are asked', () => {
    const asks = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2], side: 64, low: 32 };
    expect(asksFrom({ asks })).toEqual(asks);
    for (const other of [null, {}, { asks: { ...asks, mean: [1] } }, { asks: { ...asks, side: 'wide' } }])
      expect(asksFrom(other)).toBeNull();
  });
});

describe('logits in the pixels of a picture', () => {
  it.each([
    [64, 64],
    [50, 30],
    [20, 64],
  ])('are enlarged as the server does, for %d by %d', (width, height) => {
    const [low, side] = [16, 32];
    const logits = Float32Array.from({ length: low * low }, (_, i) => Math.sin(i * 1.7) + Math.cos(i / 9));
    const size = { width, height };
    expect([...maskOf(logits, low, side, size)]).toEqual([...maskFrom(logits, low, side, size)]);
  });
});
