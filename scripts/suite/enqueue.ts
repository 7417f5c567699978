/** Sends every row of the suite to a board; the same call again finds what was sent before. */
import { createHash } from 'node:crypto';
import type { Board, CreateSubmissionInput, RecipeDescription, Submission } from '@topiary/contracts';
import { ApiError, type Client } from '../client.js';

export interface SuiteOptions {
  readonly board: string;
  readonly targets: readonly string[];
  readonly seeds: readonly number[];
  /** Ids of recipes; empty = all. */
  readonly rows: readonly string[];
  readonly scope: string | null;
}

/** A row as it was sent, or the server's reason for not taking it. */
export type Sent =
  | { readonly recipe: RecipeDescription; readonly submission: Submission }
  | { readonly recipe: RecipeDescription; readonly refused: string };

/** The same row on the same protocol has the same key, so that a second start takes up where the first one ended. */
const keyOf = (board: Board, body: CreateSubmissionInput): string =>
  `suite-${createHash('sha256')
    .update(JSON.stringify([board.version, board.base?.params ?? null, body]))
    .digest('hex')
    .slice(0, 40)}`;

const bodyOf = ({ board, targets, seeds, scope }: SuiteOptions, recipe: RecipeDescription): CreateSubmissionInput => ({
  kind: 'recipe',
  board,
  title: recipe.title,
  recipe: { ...recipe.recipe, ...(scope === null ? {} : { scope: scope as 'global' }) },
  targets: [...targets],
  seeds: [...seeds],
});

const post = async (client: Client, body: CreateSubmissionInput, key: string): Promise<Submission> => {
  const headers = { 'idempotency-key': key };
  for (;;) {
    try {
      return await client.call<Submission>({ method: 'POST', path: '/submissions', body, headers });
    } catch (error) {
      // too many requests a minute pass by waiting; too many runs a day do not
      const isBusy = error instanceof ApiError && error.problem.status === 429;
      if (!isBusy || error.problem.code === 'TOPIARY_API_QUOTA') throw error;
      await new Promise((next) => setTimeout(next, 5000));
    }
  }
};

/** What was sent before is answered as it stood then, so it is looked up again; what was withdrawn is sent anew. */
const send = async (client: Client, board: Board, body: CreateSubmissionInput): Promise<Submission> => {
  const key = keyOf(board, body);
  for (let time = 0; ; time += 1) {
    const { id } = await post(client, body, time === 0 ? key : `${key}-${time}`);
    const submission = await client.call<Submission>({ path: `/submissions/${id}` });
    if (!submission.withdrawn) return submission;
  }
};

export const enqueue = async (client: Client, options: SuiteOptions): Promise<Sent[]> => {
  const board = await client.call<Board>({ path: `/boards/${options.board}` });
  const { items } = await client.call<{ items: RecipeDescription[] }>({ path: '/recipes' });
  const rows = items.filter(({ id }) => options.rows.length === 0 || options.rows.includes(id));
  const sent: Sent[] = [];
  for (const recipe of rows) {
    try {
      sent.push({ recipe, submission: await send(client, board, bodyOf(options, recipe)) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sent.push({ recipe, refused: error.message });
    }
  }
  return sent;
};

/** Runs that failed or were stopped are sent again, unless the method cannot serve the network. */
export const retry = async (client: Client, sent: readonly Sent[]): Promise<Sent[]> =>
  Promise.all(
    sent.map(async (one) => {
      if (!('submission' in one) || !['failed', 'cancelled'].includes(one.submission.state)) return one;
      if (one.submission.runs.some(({ problem }) => problem?.code === 'TOPIARY_METHODS_CANNOT_SERVE')) return one;
      const path = `/submissions/${one.submission.id}/rerun`;
      return { ...one, submission: await client.call<Submission>({ method: 'POST', path }) };
    }),
  );
