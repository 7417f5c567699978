/** Which recorded runs make which rows, by a file of few runs. */
import type { ShippedRun } from '@topiary/contracts';
import { packBits } from '@topiary/stats';
import { boardOf } from '@topiary/tracks/catalogue';
import { expect, it } from 'vitest';
import { rankingsOf } from '../../scripts/experiments/shipped-rows.js';
import { resultWith } from '../helpers/finished-run.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');

const run = (criterion: string, seed: number, more: Partial<ShippedRun> = {}): ShippedRun => ({
  ...resultWith(60 + seed),
  ...{ board: BOARD.id, label: `${criterion} · global`, division: 'closed', seed, at: '2026-01-01T00:00:00.000Z' },
  protocol: 'classification/2',
  recipe: { criterion, regularizer: null, scope: 'global', prune: {} },
  recipeHash: criterion,
  target: { axis: 'macs', value: 2, label: '2x' },
  correct: Buffer.from(packBits(Uint8Array.from({ length: 4000 }, (_, i) => Number(i < 2400 + 40 * seed)))).toString(
    'base64',
  ),
  ...more,
});

it('takes runs of the current protocol at offered targets, and shuffled widths apart from what competes', () => {
  const shuffled = {
    recipeHash: 'by chance',
    label: 'taylor · global · shuffled',
    recipe: { criterion: 'taylor', prune: { shuffle: true } },
  };
  const rankings = rankingsOf(BOARD, [
    ...[0, 1, 2].map((seed) => run('taylor', seed)),
    ...[0, 1, 2].map((seed) => run('random', seed)),
    // the same label under version 1, with other numbers
    ...[0, 1, 2].map((seed) => run('taylor', seed, { protocol: 'classification/1', recipeHash: 'before' })),
    ...[0, 1].map((seed) => run('taylor', seed, shuffled)),
    // 4x is recorded and not offered
    ...[0, 1].map((seed) => run('lamp', seed, { target: { axis: 'macs', value: 4, label: '4x' } })),
    run('magnitude-l2', 0, { recipeHash: 'sparse', recipe: { criterion: 'magnitude-l2', regularizer: 'group-lasso' } }),
    run('magnitude-l2', 1, { recipeHash: 'sparse', recipe: { criterion: 'magnitude-l2', regularizer: 'group-lasso' } }),
  ]);
  const told = rankings.map(({ target, isSparsified, rows, shuffled: chance }) => ({
    ...{ target, isSparsified },
    rows: rows.map(({ label, runs, isRandom }) => [label, runs.length, isRandom]),
    chance: chance.map(({ label }) => label),
  }));
  expect(told).toEqual([
    {
      ...{ target: '2x', isSparsified: false },
      rows: [
        ['taylor · global', 3, false],
        ['random · global', 3, true],
      ],
      chance: ['taylor · global · shuffled'],
    },
    { target: '2x', isSparsified: true, rows: [['magnitude-l2 · global', 2, false]], chance: [] },
  ]);
  // mean of 60, 61 and 62 %, in shares
  expect(rankings[0]!.rows[0]!.evidence.value).toBeCloseTo(0.61, 12);
});
