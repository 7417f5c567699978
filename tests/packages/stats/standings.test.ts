/** Mean ranks over boards, by hand. */
import { type BoardRanking, standings } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const ranking = (board: string, target: string, scores: Readonly<Record<string, number>>): BoardRanking => ({
  id: `${board} ${target}`,
  board,
  target,
  rows: Object.entries(scores).map(([method, score]) => ({ method, score, tier: null })),
});

describe('standings', () => {
  it('are mean ranks over boards, each by its mean over rankings, the best first, with the places behind them', () => {
    const found = standings([
      ranking('a', '2x', { x: 9, y: 8, z: 7, w: 6 }),
      ranking('a', '4x', { x: 5, y: 5, z: 7 }),
      ranking('b', '2x', { x: 1, y: 2, w: 3 }),
    ]);
    expect(found.map(({ method, rank, boards }) => [method, rank, boards])).toEqual([
      ['z', (3 + 1) / 2, 1],
      // two targets of one board are one network
      ['y', ((2 + 2.5) / 2 + 2) / 2, 2],
      ['x', ((1 + 2.5) / 2 + 3) / 2, 2],
      ['w', (4 + 1) / 2, 2],
    ]);
    expect(found[0]!.places).toEqual([
      { board: 'a', target: '2x', rank: 3, of: 4 },
      { board: 'a', target: '4x', rank: 1, of: 3 },
    ]);
  });

  it('take no rank from fewer than three rows', () => {
    expect(standings([ranking('a', '2x', { x: 2, y: 1 })])).toEqual([]);
  });
});
