/** What other places are told of a board. */
import type { Board, Row } from '@topiary/contracts';
import { boardOf, trackOf } from '@topiary/tracks';
import { expect, it } from 'vitest';
import { feedOf } from '../../../apps/api/src/abroad.js';
import { placeText } from '../../../apps/api/src/place-text.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');

const feed = (more: Partial<Board>): string => {
  const board: Board = { ...BOARD, state: 'open', reason: null, base: null, methods: 0, best: [], lastActivity: null };
  return feedOf({ ...board, ...more }, [], trackOf(BOARD).metrics[0]!, 'https://topiary.example');
};

it('a frozen version of a board has a feed of its own, which leads to its own page', () => {
  const old = feed({ frozen: true, version: '1', versions: ['1', '2'] });
  expect(old).toContain(`<id>https://topiary.example/boards/${BOARD.id}@1</id>`);
  expect(old).toContain(`https://topiary.example/api/v1/boards/${BOARD.id}@1/feed.atom`);
  expect(feed({})).toContain(`<id>https://topiary.example/boards/${BOARD.id}</id>`);
});

it('a place is what the tests leave, and where there are none a rank', () => {
  type Placed = Pick<Row, 'place' | 'rank' | 'ranking'>;
  const row = (rank: number | null, text: string | null = null, ranking = 'a'): Placed => ({
    rank,
    ranking,
    place: text === null ? null : { from: 1, to: 9, text },
  });
  const told = (...rows: readonly Placed[]) => rows.map((one) => placeText(one, rows));
  expect(told(row(1, '1-2'), row(2, '1-2'), row(3, '3'), row(4), row(1, null, 'printed'))).toEqual([
    'place 1–2',
    'place 1–2',
    'place 3',
    'not ranked',
    'place 1',
  ]);
  expect(told(row(1), row(1), row(2), row(null))).toEqual(['place 1=', 'place 1=', 'place 2', 'not ranked']);
});
