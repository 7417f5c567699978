/** Ranks on the split that everybody can draw, and on the hidden one, among the recipes that were run on both. */
import { type LeaderboardRow, splitRanks } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const [OPEN, HIDDEN] = ['0'.repeat(64), 'f'.repeat(64)];
const metric = { id: 'top1', direction: 'higher', estimator: 'share', bounds: [0, 100] } as const;

const row = (recipe: string, splitHash: string, value: number | null, more: Partial<LeaderboardRow> = {}) =>
  ({
    id: `${recipe}-2x-${splitHash.slice(0, 8)}-measured`,
    rank: 1,
    provenance: 'measured',
    ranking: ['2x', 'closed', 'criterion', 'p', splitHash.slice(0, 16)].join(' | '),
    splitHash,
    metrics: [
      { id: 'top1', phase: 'base', value: 95 },
      ...(value === null ? [] : [{ id: 'top1', phase: 'finetuned', value }]),
    ],
    ...more,
  }) as unknown as LeaderboardRow;

const ranks = (rows: readonly LeaderboardRow[]) =>
  Object.fromEntries([...splitRanks(rows, OPEN, metric)].map(([id, found]) => [id, found]));

describe('the ranks of a recipe on two splits', () => {
  it('are among the recipes that were run on both, on either side', () => {
    const found = ranks([
      // was tuned to the open split
      row('tuned', OPEN, 92),
      row('plain', OPEN, 91),
      row('worse', OPEN, 80),
      row('alone', OPEN, 99),
      row('tuned', HIDDEN, 85),
      row('plain', HIDDEN, 90),
      row('worse', HIDDEN, 80),
      row('other', HIDDEN, 99),
    ]);
    expect(Object.keys(found)).toHaveLength(6);
    expect(found['tuned-2x-ffffffff-measured']).toEqual({
      row: 'tuned-2x-00000000-measured',
      shown: 1,
      hidden: 2,
      of: 3,
    });
    expect(found['tuned-2x-00000000-measured']).toMatchObject({
      row: 'tuned-2x-ffffffff-measured',
      shown: 1,
      hidden: 2,
    });
    expect(found['plain-2x-ffffffff-measured']).toMatchObject({ shown: 2, hidden: 1 });
    expect(found['worse-2x-ffffffff-measured']).toMatchObject({ shown: 3, hidden: 3 });
  });

  it('share a rank where their values are equal, and follow the direction of the metric', () => {
    const rows = [row('a', OPEN, 2), row('b', OPEN, 2), row('a', HIDDEN, 3), row('b', HIDDEN, 1)];
    const lower = splitRanks(rows, OPEN, { ...metric, direction: 'lower' });
    expect(lower.get('a-2x-ffffffff-measured')).toMatchObject({ shown: 1, hidden: 2, of: 2 });
    expect(lower.get('b-2x-ffffffff-measured')).toMatchObject({ shown: 1, hidden: 1 });
  });

  it('leave out what has no rank or no value, what papers print, and rankings of another kind', () => {
    expect(
      ranks([
        row('a', OPEN, 90, { rank: null }),
        row('a', HIDDEN, 90),
        row('b', OPEN, null),
        row('b', HIDDEN, 90),
        row('c', OPEN, 90, { provenance: 'reported' }),
        row('c', HIDDEN, 90),
        row('d', OPEN, 90, { ranking: `2x | open | criterion | p | ${OPEN.slice(0, 16)}` }),
        row('d', HIDDEN, 90),
      ]),
    ).toEqual({});
  });
});
