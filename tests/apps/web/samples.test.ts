/** The view of samples reads what the task writes, and nothing else. */
import { describe, expect, it } from 'vitest';
import { samplesFrom } from '../../../apps/web/src/features/views/samples-data.js';

const text = (length: number, level: number) => Buffer.from(new Uint8Array(length).fill(level)).toString('base64');
const file = {
  dims: [1, 2, 3],
  labels: [0, 1],
  steps: 20,
  base: [text(12, 1), text(12, 2)],
  ours: [text(12, 3), text(12, 4)],
};

describe('samples', () => {
  it('are grey levels, a frame after another', () => {
    const found = samplesFrom(file)!;
    expect([found.width, found.height, found.steps]).toEqual([3, 2, 20]);
    expect(found.ours.map((frame) => new Set(frame))).toEqual([new Set([3]), new Set([4])]);
  });

  it.each([
    null,
    { ...file, dims: [3, 2, 3] },
    { ...file, steps: '20' },
    { ...file, ours: [text(12, 3)] },
    { ...file, base: [text(12, 1), text(11, 2)] },
    { ...file, ours: ['%', '%'] },
  ])('are nothing where the file is another: %#', (data) => {
    expect(samplesFrom(data)).toBeNull();
  });
});
