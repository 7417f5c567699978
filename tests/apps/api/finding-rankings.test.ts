/** What a ranking of networks judged by an error knows: whether chance is known, and whether anything stands above it. */
import { leaderboard, type RunRecord, rankedBoard } from '@topiary/stats';
import { boardOf } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { knownByRanking } from '../../../apps/api/src/finding-rankings.js';
import { rulesOf } from '../../../apps/api/src/leaderboard.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const BASE = 0.026;
// no recipe here is one of the project's: all of them are the family
const RULES = { ...rulesOf(BOARD), drawn: { prune: BOARD.prune, suite: null } };

const runsOf = (criterion: string, errors: readonly number[]): RunRecord[] =>
  errors.map((value, seed) => ({
    ...{ run: `${criterion}/${seed}`, submission: null, label: criterion, division: 'closed' },
    ...{ recipe: { criterion, regularizer: null, prune: BOARD.prune }, recipeHash: criterion, provenance: 'shipped' },
    ...{ target: { axis: 'macs', value: 2, label: '2x' }, seed, achieved: 2, flags: [] },
    metrics: [
      { id: 'noise-error', phase: 'base', value: BASE, n: 500 },
      { id: 'noise-error', phase: 'finetuned', value, n: 500 },
    ],
    ...{ params: { base: 2, left: 1 }, macs: { pure: { base: 2, left: 1 }, published: { base: 2, left: 1 } } },
    ...{ latency: null, machine: 'm', protocol: 'diffusion/1', splitHash: 'split', seconds: 1, stepSeconds: null },
    ...{ epochSeconds: null, finishedAt: '2026-01-01T00:00:00Z' },
  }));

/** Every seed a little off: enough that each row says how far seeds differ. */
const around = (error: number, by: number, seeds = 3) =>
  Array.from({ length: seeds }, (_, seed) => error + by * [0, 1, -1][seed % 3]!);

const known = (rows: Readonly<Record<string, readonly number[]>>) => {
  const runs = Object.entries(rows).flatMap(([criterion, errors]) => runsOf(criterion, errors));
  const { rankings } = rankedBoard(runs, RULES);
  const found = [...knownByRanking(BOARD, { rows: leaderboard(runs, RULES), rankings }).values()];
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('of a metric without a worst value', () => {
  it('chance is known, and rows a quarter of the way from random to the base tell something', () => {
    // 0.034 is 0.008 above the base: a quarter of that is 0.002
    const random = around(0.034, 0.0001);
    expect(known({ random, good: around(0.0315, 0.0001) })).toMatchObject({
      random: { verdict: 'fit' },
      leftOut: null,
    });
    expect(known({ random, poor: around(0.0325, 0.0001) })).toMatchObject({ leftOut: 'narrow' });
  });

  it('seeds of random pruning that differ by as much as it is off the base are too few, and at twelve too wild', () => {
    const good = around(0.028, 0.002);
    // a board with few seeds shows its ranks all the same
    const runs = [...runsOf('good', good), ...runsOf('random', around(0.034, 0.004))];
    expect(leaderboard(runs, RULES).map(({ label, rank }) => [label, rank])).toEqual([
      ['good', 1],
      ['random', 2],
    ]);
    expect(known({ good, random: around(0.034, 0.004) })).toMatchObject({
      random: { verdict: 'more seeds', seeds: 3 },
      leftOut: 'more seeds',
    });
    expect(known({ good, random: around(0.034, 0.004, 12) })).toMatchObject({
      random: { verdict: 'unfit', seeds: 12 },
      leftOut: 'unfit',
    });
  });
});
