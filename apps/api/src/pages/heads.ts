/** What each address of the site is: its head, or null where there is nothing at it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asLine, type Board, type Row } from '@topiary/contracts';
import { isTopiaryError } from '@topiary/errors';
import { METHODS } from '@topiary/methods/catalogue';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import { outcomeText } from '../abroad.js';
import type { Who } from '../accounts/identity.js';
import { mustSee } from '../accounts/visibility.js';
import type { ApiContext } from '../context.js';
import { wholeBoard } from '../leaderboard-page.js';
import { placeText } from '../place-text.js';
import type { Head } from './head.js';
import { boardData, catalogueData, methodData } from './structured-data.js';

type Params = Readonly<Record<string, string>>;
export type FindHead = (
  context: ApiContext,
  params: Params,
  site: string,
  who: Who | null,
) => Promise<Head | null> | Head | null;

const PROMISE = 'An open benchmark for methods that make neural networks smaller and faster.';

const fixed =
  (path: string, title: string, description: string, more: Partial<Head> = {}): FindHead =>
  () => ({ path, title, description, ...more });

const hidden = { hidden: true } as const;

/** What an unknown id throws is no page; anything else is a fault. */
const orNull = async <T>(found: Promise<T>): Promise<T | null> => {
  try {
    return await found;
  } catch (error) {
    if (isTopiaryError(error) && /UNKNOWN|NOT_FOUND/.test(error.code)) return null;
    throw error;
  }
};

/** Who leads at each target, in a sentence. */
const leaders = (board: Board): string => {
  const metric = trackOf(board).metrics[0]!;
  const best = board.best.map(({ target, label, value }) =>
    `${target}: ${asLine(label, 80)}, ${metric.title} ${value.toFixed(metric.digits)} ${metric.unit}`.trim(),
  );
  return best.length === 0 ? 'Nothing has been measured yet.' : `${best.join('; ')}.`;
};

const pictureOf = (board: Board, query = ''): string => `/api/v1/boards/${addressOf(board)}/picture.png${query}`;

const board: FindHead = async (context, { id = '' }, site) => {
  const found = await orNull(wholeBoard(context, id));
  if (found === null) return null;
  const { view } = found;
  const address = addressOf(view);
  return {
    path: `/boards/${address}`,
    title: asLine(view.title, 120),
    description: `${view.protocol} ${leaders(view)}`,
    picture: pictureOf(view),
    feed: `/api/v1/boards/${address}/feed.atom`,
    plain: `/embed/boards/${address}`,
    data: boardData(view, site, context.dataLicence),
  };
};

const rowSentence = (view: Board, row: Row, rows: readonly Row[]): string => {
  const metric = trackOf(view).metrics[0]!;
  const facts = [outcomeText(row, metric), placeText(row, rows), `${row.seeds.length} seeds`, row.provenance];
  return `${asLine(view.title, 120)}, ${row.target.label}: ${facts.filter((fact) => fact !== null).join(', ')}. ${view.protocol}`;
};

const row: FindHead = async (context, { id = '', row: rowId }) => {
  const found = await orNull(wholeBoard(context, id));
  const own = found?.rows.find((one) => one.id === rowId);
  if (!found || !own) return null;
  return {
    path: `/boards/${addressOf(found.view)}/rows/${own.id}`,
    title: `${asLine(own.label, 120)} at ${own.target.label}`,
    description: rowSentence(found.view, own, found.rows),
    picture: pictureOf(found.view, `?row=${encodeURIComponent(own.id)}`),
    feed: `/api/v1/boards/${addressOf(found.view)}/feed.atom`,
  };
};

const method: FindHead = (_context, { kind, id }, site) => {
  const found = METHODS.find((one) => one.kind === kind && one.id === id);
  if (!found) return null;
  const { title, summary } = found;
  return { path: `/methods/${kind}/${id}`, title, description: summary, data: methodData(found, site) };
};

const submission: FindHead = async (context, { id = '' }, _site, who) => {
  // to others a private one is not there
  if ((await orNull(mustSee(context, { who }, id).then(() => true))) === null) return null;
  const found = await context.db.submissions.get(id);
  return {
    path: `/submissions/${id}`,
    title: asLine(found.title || found.label, 120),
    description: `${asLine(found.label, 120)} on ${found.board}: ${found.state}.`,
    ...hidden,
  };
};

const person: FindHead = async ({ db }, { id = '' }) => {
  const found = await orNull(db.accounts.person(id));
  if (found === null) return null;
  const { name, submissions } = found;
  return {
    path: `/people/${id}`,
    title: asLine(name, 80),
    description: `${submissions.total} submissions.`,
    ...hidden,
  };
};

/** The first heading and the first paragraph of a document. */
const document: FindHead = async ({ projectDir }, { page = '' }) => {
  if (!/^[a-z-]+$/.test(page)) return null;
  const text = await readFile(join(projectDir, 'docs', `${page}.md`), 'utf8').catch(() => null);
  const [, title, first] = /^# (.+)\n+([^\n#]+)/.exec(text ?? '') ?? [];
  if (title === undefined) return null;
  return { path: `/docs/${page}`, title: asLine(title, 80), description: asLine(first!.replace(/[*`[\]]/g, ''), 200) };
};

/** Every address that shows a page, as the router has it. */
export const HEADS: Readonly<Record<string, FindHead>> = {
  '/': (_context, _params, site) => ({
    path: '/',
    title: 'Topiary',
    heading: 'Which method makes a network smaller at the least cost?',
    description:
      'Topiary runs pruning methods on real models under one protocol and ranks what it measured: accuracy with its interval, parameters, MACs and latency, always against random pruning.',
    data: catalogueData(site),
  }),
  '/boards': fixed(
    '/boards',
    'Boards',
    'Leaderboards of pruning methods by network and data set, each with its protocol.',
  ),
  '/boards/:id': board,
  '/boards/:id/rows/:row': row,
  '/methods': fixed('/methods', 'Methods', 'Criteria, regularizers and procedures, with formula, paper and results.'),
  '/methods/:kind/:id': method,
  '/findings': fixed('/findings', 'Findings', 'Which published orderings of methods come out again, and which do not.'),
  '/overall': fixed('/overall', 'Overall', 'Which pruning method leads over all boards: Borda, mean, or win rate.'),
  '/rules': fixed(
    '/rules',
    'Rules',
    'What is measured, how rows are ranked, and what a reader may conclude from a difference.',
  ),
  '/guide': fixed('/guide', 'Docs', 'The API in a few commands, and how to host a server of one’s own.'),
  '/docs': fixed('/docs', 'Docs', 'How to use the site, the command line and the API.'),
  '/docs/:page': document,
  '/docs/api': fixed('/docs/api', 'API reference', 'Every route of the REST API with its fields and examples.'),
  '/docs/errors': fixed('/docs/errors', 'Errors', 'Every error code: its status, what it means and who can mend it.'),
  '/status': fixed('/status', 'Status', 'Whether anything runs, and who computes.'),
  '/submissions': fixed('/submissions', 'Submissions', 'Who asks for what on which board, and what came out.'),
  '/submissions/:id': submission,
  '/people/:id': person,
  '/submit': fixed('/submit', 'Submit', 'Submit a recipe, pruned networks, or a criterion of your own.'),
  '/compare': fixed('/compare', 'Compare', 'Rows of a leaderboard side by side, with a paired test.', hidden),
  '/search': fixed('/search', 'Search', 'Boards, methods, rows and submissions.', hidden),
  '/sign-in': fixed('/sign-in', 'Sign in', 'Reading is open to all; submitting needs an account.', hidden),
  '/sign-up': fixed('/sign-up', 'Sign up', 'Make an account.', hidden),
  '/reset-password': fixed('/reset-password', 'New password', 'Set a new password.', hidden),
  '/account': fixed('/account', 'Account', 'Your account and keys.', hidden),
  '/admin': fixed('/admin', 'Administration', 'For organisers and admins.', hidden),
};

export const nowhere = (path: string): Head => ({
  path,
  title: 'There is no such page',
  description: PROMISE,
  ...hidden,
});
