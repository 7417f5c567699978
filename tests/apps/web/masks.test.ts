/** The view of masks reads what the task writes, and nothing else. */
import { describe, expect, it } from 'vitest';
import { masksFrom } from '../../../apps/web/src/features/views/masks-data.js';
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
});
