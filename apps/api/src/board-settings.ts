/**
 * What organisers say of boards. It lies in `settings`, one key a board, and is laid over what the track declares where
 * a board is shown and where a submission is planned. Every change stands in the audit log.
 */
import {
  type Board,
  type BoardDescription,
  BoardSettings,
  BoardSettingsFile,
  type BoardSettingsItem,
} from '@topiary/contracts';
import type { Actor, Json } from '@topiary/db';
import { didYouMean, TopiaryError } from '@topiary/errors';
import { allBoards, trackOf } from '@topiary/tracks/catalogue';
import { parseDocument, stringify } from 'yaml';
import type { BoardContext } from './context.js';

const KEY = 'board-settings:';
const FILE = 'boards file';

export interface Change {
  readonly board: string;
  readonly before: BoardSettings | null;
  readonly after: BoardSettings | null;
}

const bad = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_API_VALIDATION', { where, expected, got });

/** By the id of a board; those of which nothing was said are absent. */
export const boardSettings = async ({ db }: Pick<BoardContext, 'db'>): Promise<ReadonlyMap<string, BoardSettings>> => {
  const kept = await db.settings.list(KEY);
  return new Map(kept.map(({ key, value }) => [key.slice(KEY.length), BoardSettings.parse(value)]));
};

/** Of one board. */
export const settingsOf = async (
  { db }: Pick<BoardContext, 'db'>,
  board: string,
): Promise<BoardSettings | undefined> => {
  const value = await db.settings.get(`${KEY}${board}`);
  return value === null ? undefined : BoardSettings.parse(value);
};

/** A board as organisers want it shown; an earlier version of its protocol stays as it was. */
export const withSettings = (board: Board, settings: BoardSettings | undefined): Board => {
  if (!settings || board.frozen) return board;
  const { title = board.title, note, closed, targets, metrics, unlisted } = settings;
  return {
    ...board,
    title,
    targets: targets ? board.targets.filter(({ label }) => targets.includes(label)) : board.targets,
    ...(note === undefined ? {} : { note }),
    ...(metrics === undefined ? {} : { shown: metrics }),
    ...(unlisted ? { unlisted } : {}),
    ...(closed === undefined || board.state !== 'open'
      ? {}
      : { state: 'reported-only' as const, reason: closed, closed: true }),
  };
};

/** Refuses what organisers have closed, or do not offer. */
export const checkOffered = async (
  context: BoardContext,
  board: string,
  targets: readonly { readonly label: string }[],
): Promise<void> => {
  const settings = await settingsOf(context, board);
  if (!settings) return;
  if (settings.closed !== undefined)
    throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', {
      where: board,
      expected: 'an open board',
      got: settings.closed,
    });
  const other = settings.targets && targets.find(({ label }) => !settings.targets!.includes(label));
  if (other) throw bad('targets', `of those that ${board} offers: ${settings.targets!.join(', ')}`, other.label);
};

/** What cannot be of a board: targets and metrics that it has not. */
const checkFits = (board: BoardDescription, { targets = [], metrics = [] }: BoardSettings): void => {
  const labels = board.targets.map(({ label }) => label);
  const target = targets.find((label) => !labels.includes(label));
  if (target !== undefined) throw bad(`${board.id} targets`, `of ${labels.join(', ')}`, target);
  const { metrics: known, axes } = trackOf(board);
  const ids = [...known, ...axes].map(({ id }) => id);
  const metric = metrics.find((id) => !ids.includes(id));
  if (metric !== undefined) throw bad(`${board.id} metrics`, `of ${ids.join(', ')}`, metric);
};

const boardNamed = (boards: readonly BoardDescription[], id: string): BoardDescription => {
  const found = boards.find((board) => board.id === id);
  if (found) return found;
  const ids = boards.map((board) => board.id);
  throw bad('board', `one of the ${ids.length} boards of GET /api/v1/boards${didYouMean(id, ids)}`, id);
};

const isSame = (a: BoardSettings | null, b: BoardSettings | null): boolean =>
  stringify(a, sorted) === stringify(b, sorted);
const sorted = { sortMapEntries: true } as const;

/** Settings that say nothing are none. */
const said = (settings: BoardSettings | null): BoardSettings | null =>
  settings === null || Object.values(settings).every((value) => value === undefined) ? null : settings;

const writeAll = async ({ db }: BoardContext, changes: readonly Change[], by: Actor): Promise<void> => {
  for (const { board, before, after } of changes) {
    const detail = { before, after } as unknown as Json;
    await db.audit.append({ action: 'board.settings', target: `board:${board}`, detail, before, after }, by);
    if (after === null) await db.settings.remove(`${KEY}${board}`);
    else await db.settings.set(`${KEY}${board}`, after as unknown as Json);
  }
};

const changed = (changes: readonly Change[]): Change[] => changes.filter(({ before, after }) => !isSame(before, after));

/** One board's settings in the place of those that it had. */
export const setBoard = async (
  context: BoardContext,
  id: string,
  settings: BoardSettings,
  by: Actor,
): Promise<void> => {
  const board = boardNamed(await allBoards(context.db.boards), id);
  checkFits(board, settings);
  const before = (await settingsOf(context, id)) ?? null;
  await writeAll(context, changed([{ board: id, before, after: said(settings) }]), by);
};

const parsed = (text: string): ReadonlyMap<string, BoardSettings | null> => {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault) throw bad(FILE, 'YAML', fault.message.split('\n')[0]!);
  const found = BoardSettingsFile.safeParse(document.toJS() ?? {});
  if (found.success) return new Map(Object.entries(found.data.boards));
  const [issue] = found.error.issues;
  throw bad(`${FILE}, ${issue!.path.join(' ')}`, 'title, note, closed, targets, metrics or unlisted', issue!.message);
};

/** The whole file: boards that it does not name are as their tracks made them. `check`: nothing is written. */
export const applyFile = async (
  context: BoardContext,
  { yaml, check }: { readonly yaml: string; readonly check: boolean },
  by: Actor,
): Promise<readonly Change[]> => {
  const wanted = parsed(yaml);
  const boards = await allBoards(context.db.boards);
  for (const [id, settings] of wanted) if (settings) checkFits(boardNamed(boards, id), settings);
  const current = await boardSettings(context);
  const changes = changed(
    [...new Set([...current.keys(), ...wanted.keys()])].sort().map((board) => ({
      board,
      before: current.get(board) ?? null,
      after: said(wanted.get(board) ?? null),
    })),
  );
  if (!check) await writeAll(context, changes, by);
  return changes;
};

/** Every board with all that could be set, in the order of the lists. */
export const editable = async (context: BoardContext): Promise<BoardSettingsItem[]> => {
  const settings = await boardSettings(context);
  return (await allBoards(context.db.boards)).map((board) => {
    const { metrics, axes } = trackOf(board);
    return {
      board: board.id,
      title: board.title,
      targets: board.targets.map(({ label }) => label),
      metrics: [...metrics.slice(1), ...axes].map(({ id, title }) => ({ id, title })),
      settings: settings.get(board.id) ?? null,
    };
  });
};

export const asYaml = (settings: ReadonlyMap<string, BoardSettings>): string =>
  [
    '# What organisers say of boards: title, note, closed (why), targets, metrics (columns), unlisted.',
    '# A protocol is no setting: it is code, and has versions.',
    stringify({ boards: Object.fromEntries([...settings].sort(([a], [b]) => a.localeCompare(b))) }),
  ].join('\n');
