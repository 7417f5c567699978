/**
 * The parts of the documents that are data: differences and reasons of targets in `docs/protocol.md`, from what methods and
 * boards say; orderings that stand in `scripts/experiments/README.md`, from what was recorded; tables and picture of `docs/solver-study.md`, from what the study recorded; training steps beside PyTorch in
 * `scripts/README.md`, from what the bench recorded; and the table of results in `README.md`, from the leaderboards of a
 * fresh installation (recorded rows).
 * Command: npm run docs   for all but the last; UPDATE_DOCUMENTS=1 npm test -- tests/docs/documents.test.ts   for that
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Board, Leaderboard, TrackDescription } from '@topiary/contracts';
import { BOARDS, differences } from '@topiary/tracks/catalogue';
import { recordedRoles, rolesTable } from './bench/role-lines.js';
import { recordedSteps, stepsTable } from './bench/steps.js';
import { readResults } from './experiments/results.js';
import { type OrderingsOfRanking, orderingsText } from './experiments/shipped-orderings-report.js';
import { studyPicture } from './experiments/solver-picture.js';
import {
  cutTable,
  gainsTable,
  prunedTable,
  type StudyRun,
  TRAINED,
  trainedTable,
} from './experiments/solver-report.js';
import { markdownTable } from './markdown.js';

const root = resolve(import.meta.dirname, '..');
export const PROTOCOL = join(root, 'docs/protocol.md');
export const README = join(root, 'README.md');
export const SCRIPTS = join(root, 'scripts/README.md');
export const EXPERIMENTS = join(root, 'scripts/experiments/README.md');
export const STUDY = join(root, 'docs/solver-study.md');
export const STUDY_PICTURE = join(root, 'docs/solver-study.svg');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const differencesTable = (): string =>
  markdownTable(
    ['from', 'concerns', 'what', 'why'],
    differences().map(({ from, methods, what, why }) => [
      cell(from),
      methods.length === 0 ? 'every row' : methods.map(({ id }) => `\`${id}\``).join(', '),
      cell(what),
      cell(why),
    ]),
  );

/** Boards that say why they have their targets; those of one reason in one line. */
export const targetsTable = (): string => {
  const said = BOARDS.filter(({ targetsBecause }) => targetsBecause !== undefined);
  const reasons = [...new Set(said.map(({ targetsBecause }) => targetsBecause!))];
  return markdownTable(
    ['board', 'targets', 'why'],
    reasons.map((why) => {
      const boards = said.filter(({ targetsBecause }) => targetsBecause === why);
      const targets = boards[0]!.targets.map(({ label }) => label).join(', ');
      return [boards.map(({ title }) => cell(title)).join('; '), targets, cell(why)];
    }),
  );
};

/** What lies between two markers of a text. Throws where they are missing. */
export const between = (text: string, name: string): string => {
  const [, found] = new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)\\n?<!-- /${name} -->`).exec(text) ?? [];
  if (found === undefined) throw new Error(`expected <!-- ${name} --> and <!-- /${name} -->`);
  return found;
};

export const filled = (text: string, name: string, content: string): string => {
  between(text, name);
  const parts = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  return text.replace(parts, (_, open: string, close: string) => `${open}${content}\n${close}`);
};

/** Asks a server; the tests ask one that listens to nobody. */
export type Get = <T>(path: string) => Promise<T>;

type Row = Leaderboard['rows'][number];

/** Rows that compete: of the ranking with most of them. Reported numbers are another's. */
const ranked = (rows: readonly Row[]): readonly Row[] => {
  const by = new Map<string, Row[]>();
  for (const row of rows.filter(({ provenance, rank }) => provenance !== 'reported' && rank !== null))
    by.set(row.ranking, [...(by.get(row.ranking) ?? []), row]);
  return [...by.values()].sort((a, b) => b.length - a.length)[0] ?? [];
};

/** Those that nobody beats beyond chance; a board of version 1 says so by tiers. */
const leaders = (rows: readonly Row[]): { readonly place: string; readonly first: readonly Row[] } => {
  const [best] = rows;
  if (best?.place) return { place: best.place.text, first: rows.filter(({ place }) => place?.from === 1) };
  const first = rows.filter(({ tier }) => tier === best?.tier);
  return { place: first.length === 1 ? '1' : `1-${first.length}`, first };
};

const range = (low: number | null, high: number | null, digits: number): string =>
  low === null || high === null ? '' : ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

const line = ({ board, target, rows: all }: Leaderboard, { metrics, phases }: TrackDescription): string[] | null => {
  const rows = ranked(all);
  const [best] = rows;
  const deciding = metrics[0]!;
  // The last phase in which there is a number decides.
  const found = phases
    .toReversed()
    .map((phase) => best?.metrics.find((metric) => metric.id === deciding.id && metric.phase === phase.id))
    .find((metric) => metric !== undefined);
  const base = board.base?.metrics.find(({ id }) => id === deciding.id);
  if (!best || !found || !base) return null;
  // A table in a text: one digit is what an interval of whole points allows.
  const digits = Math.min(deciding.digits, 1);
  const { place, first } = leaders(rows);
  const above = best.aboveRandom;
  return [
    cell(board.title),
    target?.label ?? 'free',
    base.value.toFixed(digits),
    `${place} of ${rows.length}`,
    first.map(({ label }) => cell(label)).join(', '),
    `${found.value.toFixed(digits)}${range(found.low, found.high, digits)}`,
    above ? `${above.value >= 0 ? '+' : ''}${above.value.toFixed(digits)}${range(above.low, above.high, digits)}` : '',
  ];
};

/** The leading places of every open board at every target that has rows. */
export const resultsTable = async (get: Get): Promise<string> => {
  const { items: tracks } = await get<{ items: TrackDescription[] }>('/api/v1/tracks');
  const { items: boards } = await get<{ items: Board[] }>('/api/v1/boards');
  const lines: string[][] = [];
  for (const board of boards.filter(({ state }) => state === 'open')) {
    for (const { label } of board.targets) {
      const leaderboard = await get<Leaderboard>(`/api/v1/boards/${board.id}/leaderboard?target=${label}&limit=500`);
      const track = tracks.find(({ id }) => id === board.track)!;
      const found = leaderboard.rows.length > 0 ? line(leaderboard, track) : null;
      if (found) lines.push(found);
    }
  }
  if (lines.length === 0) return 'The boards of this version have no recorded rows yet.';
  return markdownTable(
    ['board', 'target', 'base', 'place', 'methods that share it', 'best of them', 'above random'],
    lines,
  );
};

interface Orderings {
  readonly rankings: readonly OrderingsOfRanking[];
}

/** Pairs of each shipped ranking that stand, as recorded. */
export const recordedOrderings = async (): Promise<string> => {
  const [recorded] = await readResults<Orderings>('shipped-orderings');
  return orderingsText(recorded!.rankings);
};

/** A chapter for each network of the study, and the picture. */
export const studied = async (): Promise<{ readonly chapters: string; readonly picture: string }> => {
  const runs = await readResults<StudyRun>('solver-study');
  const networks = [...new Set(runs.map(({ network }) => network))];
  const chapters = networks.map((network) =>
    [
      `## ${network}`,
      'Channels that leave as with the most estimates, in brackets the seconds of the cut:',
      cutTable(runs, network),
      'Top-1 right after the cut, one seed:',
      prunedTable(runs, network),
      `Top-1 after fine-tuning, mean over ${TRAINED.seeds.length} seeds, in brackets right after the cut; cuts that were expected to take more than four minutes were left out:`,
      trainedTable(runs, network),
      'What more estimates bring over one, after fine-tuning: points, mean of the differences of each seed and its 95 % interval (number of seeds):',
      gainsTable(runs, network),
    ].join('\n\n'),
  );
  return { chapters: chapters.join('\n\n'), picture: studyPicture(runs, networks) };
};

/** Into the file, between the markers. */
export const write = (path: string, name: string, content: string): void =>
  writeFileSync(path, filled(readFileSync(path, 'utf8'), name, content));

if (process.argv[1] === import.meta.filename) {
  write(PROTOCOL, 'differences', differencesTable());
  write(PROTOCOL, 'targets', targetsTable());
  write(EXPERIMENTS, 'orderings', await recordedOrderings());
  write(SCRIPTS, 'steps', stepsTable(recordedSteps()));
  write(SCRIPTS, 'roles', rolesTable(recordedRoles()));
  const { chapters, picture } = await studied();
  write(STUDY, 'networks', chapters);
  writeFileSync(STUDY_PICTURE, picture);
}
