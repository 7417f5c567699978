/** Runs of a board that are read again and again: only what is new is read, and nothing else is kept of each look. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Database, LeaderboardSource, SourceStamp } from '@topiary/db';
import type { Storage } from '@topiary/storage';
import { expect, it, vi } from 'vitest';
import { BoardRuns } from '../../../apps/api/src/board-runs.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  gc();
  return process.memoryUsage().heapUsed / 1e6;
};

const sourceOf = (run: string): LeaderboardSource =>
  ({
    run: Buffer.from(run).toString(),
    metrics: [],
    correctSha256: null,
    answersSha256: null,
  }) as unknown as LeaderboardSource;

/** As the database tells them: pieces of a text of many lines, one more each time. */
const boardOf = (first: number) => {
  let runs = first;
  const look = (): SourceStamp[] => {
    runs += 1;
    const text = Array.from({ length: runs }, (_, i) => `run-${i} stamp-${i}-${'x'.repeat(60)}`).join('\n');
    return text
      .split('\n')
      .map((line) => ({ run: line.slice(0, line.indexOf(' ')), stamp: line.slice(line.indexOf(' ') + 1) }));
  };
  const rows = vi.fn(async (_: string, only?: readonly string[]) => only!.map(sourceOf));
  const db = { boards: { stamps: async () => look(), rows } } as unknown as Pick<Database, 'boards'>;
  return { rows, board: new BoardRuns({ db, storage: {} as Storage }) };
};

it('reads what is new alone, and gives back the same objects for the rest', async () => {
  const { board, rows } = boardOf(3);
  const first = await board.of('b');
  const second = await board.of('b');
  expect(rows.mock.calls.map(([, only]) => only)).toEqual([['run-0', 'run-1', 'run-2', 'run-3'], ['run-4']]);
  expect(second.slice(0, 4).every((run, i) => run === first[i])).toBe(true);
});

it('keeps no text of an older look', async () => {
  const { board } = boardOf(20_000);
  await board.of('b');
  const before = heapMb();
  for (let i = 0; i < 40; i += 1) await board.of('b');
  // each text is 1.7 MB, 68 in all
  expect(heapMb() - before).toBeLessThan(20);
});
