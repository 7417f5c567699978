/** Claims of SlimSAM from runs whose differences are known: verdicts, gaps of gaps, and how many seeds would decide. */
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { textOfFloats } from '../../scripts/experiments/results.js';
import { type Claim, claimsOf, floatsFrom } from '../../scripts/experiments/slimsam-claims.js';
import type { SlimRun } from '../../scripts/experiments/slimsam-report.js';

const PICTURES = 60;
const random = randomFrom('claims');
/** What makes a picture hard for every network. */
const hardness = Float32Array.from({ length: PICTURES }, () => random.between(-20, 10));

/** A row whose pictures lie around `level`; seeds move it by up to `spread`. */
const runsOf = (row: string, share: number, level: number, spread = 0.1): SlimRun[] =>
  [0, 1, 2].map((seed) => {
    const moved = level + spread * (seed - 1);
    const answers = hardness.map((hard) => moved + hard + random.between(-0.5, 0.5));
    return {
      ...{ base: 'b', row, share, seed, steps: 10, batch: 4, lr: 1e-3, pictures: 500, params: 1, macs: 1, pruned: 0 },
      ...{ values: {}, answers: textOfFloats(answers), seconds: 0, cpuSeconds: 0, load: 0 },
    };
  });

const of = (claims: readonly Claim[], id: Claim['id'], subject: RegExp): Claim =>
  claims.find((claim) => claim.id === id && subject.test(claim.subject))!;

describe('claims of SlimSAM', () => {
  it('are recorded numbers, read back as they were', () => {
    const numbers = Float32Array.of(1.5, -2, 81.25);
    expect(floatsFrom(textOfFloats(numbers))).toEqual(numbers);
    expect(floatsFrom(textOfFloats(numbers.subarray(1)))).toEqual(numbers.subarray(1));
  });

  const runs = [
    ...runsOf('slimsam', 0.5, 80),
    ...runsOf('once-disturbed', 0.5, 79),
    ...runsOf('slimsam', 0.77, 72),
    ...runsOf('once-disturbed', 0.77, 68),
    ...runsOf('scratch', 0.5, 30),
    ...runsOf('once-taylor', 0.5, 79.6),
    ...runsOf('once-hessian', 0.5, 79.5, 2),
  ];
  const claims = claimsOf(runs);

  it('hold where the interval lies above nothing', () => {
    const scratch = of(claims, 'S1', /slimsam above new weights at 50 %/);
    expect([scratch.verdict, scratch.seeds, scratch.decidingSeeds]).toEqual(['holds', 3, null]);
    expect(scratch.difference).toBeCloseTo(50, 0);
    expect(scratch.low).toBeLessThan(50);
  });

  it('fail where the other one is above', () => {
    const order = of(
      claimsOf([...runsOf('once-random', 0.5, 70), ...runsOf('once-magnitude', 0.5, 75)]),
      'S3',
      /random/,
    );
    expect(order.verdict).toBe('fails');
    expect(order.high).toBeLessThan(0);
  });

  it('end inconclusive where seeds differ by more, with the number that would decide', () => {
    const order = of(claims, 'S3', /once-taylor above once-hessian at 50 %/);
    expect(order.verdict).toBe('inconclusive');
    expect(order.low).toBeLessThan(0);
    expect(order.decidingSeeds === null || order.decidingSeeds > 3).toBe(true);
  });

  it('of a gap that grows compare both differences, seed by seed', () => {
    const gap = of(claims, 'S2', /larger share/);
    expect(gap.difference).toBeCloseTo(3, 0);
    expect(gap.verdict).toBe('holds');
  });

  it('say nothing of rows that were not run', () => {
    expect(claims.some(({ id }) => id === 'S4' || id === 'S5')).toBe(false);
    expect(claimsOf([])).toEqual([]);
  });
});
