/**
 * A submission that would lead a ranking is run again with seeds that the server draws (`stats/would-lead.ts`): as a
 * submission of the server's own, which its author cannot cancel or withdraw, and which costs their quota nothing.
 */
import { createHash, randomInt } from 'node:crypto';
import type { BoardDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { DRAWN_SEED, wouldLead } from '@topiary/stats';
import { protocolOf, resolveBoard } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { standingsOf } from './leaderboard.js';

const SEEDS = 3;

type Leader = ReturnType<typeof wouldLead>[number];

const draw = (): number[] => {
  const seeds = new Set<number>();
  while (seeds.size < SEEDS) seeds.add(randomInt(DRAWN_SEED, 2 ** 31));
  return [...seeds];
};

/** Once for a row, for ever; the idempotency key covers a death between the two writes. */
const runAgain = async ({ db, onQueued }: ApiContext, board: BoardDescription, row: Leader): Promise<boolean> => {
  const key = `${board.id} ${row.id}`;
  if ((await db.settings.get(`drawn-seeds:${key}`)) !== null) return false;
  const asked = await db.submissions.another(row.submission);
  const targets = asked.targets.filter(({ label }) => label === row.target.label);
  const runs = Math.max(1, asked.targets.length) * asked.seeds.length;
  const again = {
    ...{ ...asked, targets, seeds: draw(), createdBy: null, isPrivate: false },
    title: `${asked.title}: it would lead at ${row.target.label}, so it is run again with seeds that the server drew`,
    estimatedSeconds: ((asked.estimatedSeconds ?? 0) / runs) * SEEDS * targets.length,
  };
  const bodyHash = createHash('sha256').update(key).digest('hex');
  const { submission, replayed } = await db.submissions.create(again, { scope: 'drawn seeds', key, bodyHash });
  await db.settings.setOnce(`drawn-seeds:${key}`, submission.id);
  onQueued?.();
  return !replayed;
};

/** Null: a network that is gone. */
const boardOf = async ({ db }: ApiContext, id: string): Promise<BoardDescription | null> => {
  try {
    return await resolveBoard(db.boards, id);
  } catch (error) {
    if (error instanceof TopiaryError) return null;
    throw error;
  }
};

/** Looks at the boards that have changed since the last look (`seen`: their versions); says how many submissions it made. */
export const drawSeeds = async (context: ApiContext, seen: Map<string, string>): Promise<number> => {
  let made = 0;
  for (const activity of await context.db.boards.activity()) {
    if (seen.get(activity.board) === activity.version) continue;
    const board = await boardOf(context, activity.board);
    if (board && protocolOf(board).seeds === 'drawn') {
      const { rows } = await standingsOf(context, board, activity);
      for (const row of wouldLead(rows)) made += Number(await runAgain(context, board, row));
    }
    seen.set(activity.board, activity.version);
  }
  return made;
};
