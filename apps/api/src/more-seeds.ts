/**
 * The seeds that would tell two rows apart, queued: the next ones of each row that whoever asks has run themselves. What
 * others run of a recipe is a second run of it and not more of the row.
 */
import type { BoardDescription, MoreSeeds, Submission } from '@topiary/contracts';
import type { NewSubmission } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { DRAWN_SEED, type LeaderboardRow } from '@topiary/stats';
import { resolveBoard } from '@topiary/tracks/catalogue';
import { requestAgain } from './again.js';
import { closedBecause } from './boards.js';
import { comparison } from './comparison.js';
import type { ApiContext } from './context.js';
import { planSubmission } from './submit.js';

export type Why = MoreSeeds['left'][number]['why'];

interface Asked {
  readonly board: BoardDescription;
  readonly row: LeaderboardRow;
  readonly missing: number;
  readonly person: string;
}

/** Seeds 0, 1, 2, … go on where they ended. */
const nextSeeds = ({ row, missing }: Asked): number[] =>
  Array.from({ length: missing }, (_, i) => Math.max(-1, ...row.seeds) + 1 + i);

/** What can be said without planning anything; null: nothing stands against it. */
const against = async (context: ApiContext, { board, row, missing, person }: Asked): Promise<Why | null> => {
  if (missing === 0) return 'enough';
  if (row.provenance === 'shipped') return 'shipped';
  if (row.submission === null || row.submitter?.id !== person) return 'not yours';
  if (row.seeds.some((seed) => seed >= DRAWN_SEED)) return 'drawn';
  return (await closedBecause(context, board)) === null ? null : 'closed';
};

/** Of the row's own recipe and target alone, with the seeds that are missing. */
const planOf = async (context: ApiContext, asked: Asked, seeds: readonly number[]): Promise<NewSubmission | null> => {
  const { board, row, person } = asked;
  const { kind, recipe, title } = await context.db.submissions.get(row.submission!);
  const request = requestAgain({ kind, board: board.id, recipe, targets: [row.target.label], seeds: [0] });
  if (request === null) return null;
  const plan = await planSubmission(context, { ...request, title, seeds: [...seeds] } as typeof request, person);
  if (!row.id.startsWith(plan.recipeHash.slice(0, 12)))
    throw new TopiaryError('TOPIARY_API_CONFLICT', {
      where: `row '${row.id}'`,
      expected: 'a recipe that means what it meant when the row was made',
      got: 'another one',
      cure: 'Submit the recipe anew',
    });
  if (plan.seeds.length < seeds.length) return null;
  const share = 1 / Math.max(1, plan.targets.length);
  const estimatedSeconds =
    plan.estimatedSeconds === undefined ? {} : { estimatedSeconds: plan.estimatedSeconds * share };
  return { ...plan, ...estimatedSeconds, targets: [{ ...row.target }] };
};

type Queue = (plan: NewSubmission) => Promise<Submission>;

const forRow = async (context: ApiContext, asked: Asked, queue: Queue): Promise<Submission | Why> => {
  const why = await against(context, asked);
  if (why !== null) return why;
  const { board, row, person } = asked;
  const waiting = await context.db.runs.underwaySeeds({ board: board.id, owner: person, target: row.target.label });
  const hash = row.id.split('-')[0]!;
  const known = new Set(waiting.filter(({ recipeHash }) => recipeHash.startsWith(hash)).map(({ seed }) => seed));
  const seeds = nextSeeds(asked).filter((seed) => !known.has(seed));
  if (seeds.length === 0) return 'under way';
  const plan = await planOf(context, asked, seeds);
  return plan === null ? 'no seeds' : queue(plan);
};

export const moreSeeds = async (
  context: ApiContext,
  {
    board: id,
    rows: ids,
    person,
  }: { readonly board: string; readonly rows: readonly [string, string]; readonly person: string },
  queue: Queue,
): Promise<MoreSeeds> => {
  const board = await resolveBoard(context.db.boards, id);
  const { rows, missing: gone, pairs } = await comparison(context, id, [...new Set(ids)]);
  const missing = pairs[0]?.power?.missing;
  if (rows.length !== 2 || gone.length > 0)
    throw new TopiaryError('TOPIARY_API_NOT_FOUND', {
      where: 'rows',
      expected: `two rows of ${board.id}`,
      got: gone.join(', ') || 'one row twice',
    });
  if (!missing)
    throw new TopiaryError('TOPIARY_API_CONFLICT', {
      where: 'rows',
      expected: 'two rows that a number of seeds would tell apart',
      got: pairs[0]?.power ? 'no number of seeds that may be run would do' : 'it is not known how far seeds differ',
      cure: 'Another test set or another network can tell them apart',
    });
  const answer: MoreSeeds = { submissions: [], left: [] };
  for (const [i, row] of rows.entries()) {
    const asked = { board, row: row as LeaderboardRow, missing: missing[i]!, person };
    const made = await forRow(context, asked, queue);
    if (typeof made !== 'string') answer.submissions.push(made);
    else answer.left.push({ row: row.id, label: row.label, seeds: missing[i]!, why: made });
  }
  return answer;
};
