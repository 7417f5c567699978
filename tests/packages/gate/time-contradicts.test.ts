import { type Timed, timeContradicts } from '@topiary/gate';
import { describe, expect, it } from 'vitest';

/** Rows that are as fast as their work says, give or take a tenth. */
const peers: readonly Timed[] = [0.25, 0.45, 0.48, 0.5, 0.52, 0.55, 0.8].map((macs, i) => ({
  macs,
  time: macs * (0.95 + 0.1 * (i % 2)) + 0.1,
}));

describe('a time beside multiply-accumulates', () => {
  it('is what others with as many take: fine', () => {
    expect(timeContradicts({ macs: 0.5, time: 0.62 }, peers)).toBeNull();
    expect(timeContradicts({ macs: 0.5, time: 0.3 }, peers)).toBeNull();
  });

  it('half as long again as the slowest of them is doubted, in words', () => {
    expect(timeContradicts({ macs: 0.5, time: 1.02 }, peers)).toBe(
      "1.02 of the base's time at 0.50 of its multiply-accumulates; the slowest of 5 rows with as many takes 0.68 on the same machine",
    );
  });

  it('longer than the base takes is doubted whoever else was timed', () => {
    expect(timeContradicts({ macs: 0.1, time: 1.4 }, [])).toMatch(/slower than the base/);
    expect(timeContradicts({ macs: 0.1, time: 1.1 }, [])).toBeNull();
  });

  it('says nothing where too few were timed with as many', () => {
    expect(timeContradicts({ macs: 0.25, time: 1 }, peers)).toBeNull();
  });
});
