/** What there is to look at of a row: widths, and the files that views draw, of its first run that has any. */
import { type BoardDescription, isPublished, type RowShown, type ShippedRun } from '@topiary/contracts';
import { type RunRecord, rowIdOf } from '@topiary/stats';
import { BOARDS, resolveBoard, shippedFilesOf, shippedResultsFolder } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { boardStandings } from './leaderboard.js';
import { isNamed, noSuchRow } from './named-row.js';
import { recordsOf, shippedId, shippedRuns } from './run-records.js';

const bySeed = (a: RunRecord, b: RunRecord): number => (a.seed ?? 0) - (b.seed ?? 0);

const ofThisServer = async ({ db }: ApiContext, { run }: RunRecord): Promise<RowShown | null> => {
  const { seed, result } = await db.runs.get(run);
  if (result === null) return null;
  return { run, seed, widths: result.widths, artefacts: result.artefacts.filter(isPublished) };
};

const ofTheProject = (context: ApiContext, board: BoardDescription, { run: id }: RunRecord): RowShown | null => {
  const found = shippedRuns(context, board.id).find((_, i) => shippedId(board.id, i) === id);
  const files = found?.artefacts && shippedFilesOf(shippedResultsFolder(context.projectDir), found);
  return files ? { run: null, seed: found.seed, widths: files.widths, artefacts: [...found.artefacts!] } : null;
};

const NOTHING: RowShown = { run: null, seed: null, widths: [], artefacts: [] };

/** Throws `TOPIARY_API_NOT_FOUND` for a row that the board has not. */
export const rowShown = async (context: ApiContext, boardId: string, rowId: string): Promise<RowShown> => {
  const board = await resolveBoard(context.db.boards, boardId);
  const { rows } = await boardStandings(context, board);
  const row = rows.find(isNamed(rowId));
  if (!row) throw noSuchRow(board, rowId);
  const [ids, target] = [[row.id, ...row.aliases], row.target.label];
  // the target first: an id is a hash, and a board may have very many runs
  const own = (await recordsOf(context, board)).filter(
    (run) => run.target.label === target && ids.includes(rowIdOf(run)),
  );
  for (const record of [...own].sort(bySeed)) {
    const isOwn = record.submission !== null;
    const shown = isOwn ? await ofThisServer(context, record) : ofTheProject(context, board, record);
    if (shown) return shown;
  }
  return NOTHING;
};

interface ShippedFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** A file that comes with the project, by its sha256; null: none does. */
export const shippedFile = (context: ApiContext, sha256: string): ShippedFile | null => {
  const isIn = (run: ShippedRun): boolean => run.artefacts?.some((one) => one.sha256 === sha256) ?? false;
  const run = BOARDS.flatMap(({ id }) => shippedRuns(context, id)).find(isIn);
  const file =
    run && shippedFilesOf(shippedResultsFolder(context.projectDir), run)?.files.find((one) => one.sha256 === sha256);
  return file ? { bytes: Buffer.from(file.text), mediaType: file.mediaType } : null;
};
