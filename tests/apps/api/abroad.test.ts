/** What feed readers are told of a board. */
import type { Board } from '@topiary/contracts';
import { boardOf, trackOf } from '@topiary/tracks';
import { expect, it } from 'vitest';
import { feedOf } from '../../../apps/api/src/abroad.js';

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
