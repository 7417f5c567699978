/** Shares of channels that leave in both of two cuts, by cases worked by hand. */
import { expect, it } from 'vitest';
import {
  bandOf,
  cutsOf,
  gainOf,
  gainsTable,
  overlap,
  prunedTable,
  type StudyRun,
  trainedTable,
} from '../../scripts/experiments/solver-report.js';

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

const trained = (criterion: string, estimates: number, seed: number, finetuned: number): StudyRun => ({
  ...run(criterion, estimates, {}),
  ...{ seed, steps: 200, top1: { pruned: 20, finetuned } },
});

it('accuracy right after the cut stands for every criterion and number of estimates', () => {
  const cut = (estimates: number, pruned: number) => ({
    ...run('lamp', estimates, { a: '0' }),
    top1: { pruned, finetuned: null },
  });
  const lines = prunedTable([cut(1, 17.84), cut(20, 21.3), trained('lamp', 5, 0, 90)], 'n').split('\n');
  expect(lines[0]).toBe('| criterion | 1 | 5 | 10 | 20 | 40 | 100 |');
  expect(lines.slice(2)).toEqual(['| `lamp` | 17.8 | – | – | 21.3 | – | – |']);
});

it('gains are paired by seed, with an interval; one seed makes no claim, and cells say how many seeds they lack', () => {
  const runs = [
    ...[80, 81, 85].map((value, seed) => trained('fpgm', 1, seed, value)),
    ...[81, 83, 88].map((value, seed) => trained('fpgm', 8, seed, value)),
    trained('fpgm', 40, 2, 90),
  ];
  // differences 1, 2, 3: mean 2, deviation 1, and t of two degrees of freedom is 4.3027 (any table)
  const { mean, half, n } = gainOf(runs, 'n', 'fpgm', 8);
  expect([n, mean]).toEqual([3, 2]);
  expect(half).toBeCloseTo(4.3027 / Math.sqrt(3), 4);
  expect(gainsTable(runs, 'n')).toContain('| `fpgm` | +2.0 ± 2.5 (3) | no claim from 1 seed |');
  expect(trainedTable(runs, 'n')).toContain('| `fpgm` | 82.0 (20.0) | 84.0 (20.0) | 90.0 (20.0), 1 of 3 seeds |');
});
