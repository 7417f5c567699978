/** Shares of channels that leave in both of two cuts, by cases worked by hand. */
import { expect, it } from 'vitest';
import { bandOf, cutsOf, overlap, type StudyRun } from '../../scripts/experiments/solver-report.js';

const run = (criterion: string, estimates: number, kept: Record<string, string>): StudyRun => ({
  ...{ network: 'n', criterion, estimates, seed: 0, steps: 0, pruneSeconds: 1, achieved: 2, kept },
  top1: { pruned: 10, finetuned: null },
});

it('of four channels that leave in one of two cuts, two leave in both', () => {
  const sizes = new Map([
    ['a', 4],
    ['b', 2],
  ]);
  const [one, other] = [run('x', 1, { a: '0 1', b: '0' }), run('x', 5, { a: '1 2', b: '0' })];
  // gone: a2 a3 b1 and a0 a3 b1
  expect(overlap(one, other, sizes)).toBe(2 / 4);
  expect(overlap(one, one, sizes)).toBe(1);
});

it('a criterion is held against its own cut with the most estimates', () => {
  const runs = [
    run('taylor', 1, { a: '0 1' }),
    run('taylor', 5, { a: '2 3' }),
    run('magnitude-l2', 1, { a: '0 3' }),
    run('lamp', 1, { a: '0 3' }),
    run('lamp', 5, { a: '0 2' }),
  ];
  const cuts = cutsOf(runs, 'n');
  expect(cuts.map(({ same }) => same)).toEqual([0, 1, 1, 1 / 3, 1]);
  expect(bandOf(cuts, 'weights')).toEqual([
    { estimates: 1, least: 1 / 3, median: 1, most: 1 },
    { estimates: 5, least: 1, median: 1, most: 1 },
  ]);
});
