/** Which rows of a leaderboard a reader asks for, and in which order. Ranks are the server's; sorting changes none. */
import type { LeaderboardQuery, TrackDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type LeaderboardRow, type Steps, sortSteps } from '@topiary/stats';
import type { z } from 'zod';

export type Query = z.output<typeof LeaderboardQuery>;

type Value = number | string | null | undefined;
type Column = (row: LeaderboardRow) => Value;

/** What a track says of its columns. */
export type Columns = Pick<TrackDescription, 'metrics' | 'axes'>;

/** Of a row as `stats` makes it, or as the contract has it. */
interface Metrics {
  readonly metrics: readonly { readonly id: string; readonly phase: string; readonly value: number }[];
}

/** The metric after everything that was done: a row has its last phase first. */
export const outcome = ({ metrics }: Metrics, metric: string) =>
  metrics.find(({ id, phase }) => id === metric && phase !== 'base')?.value;

const base = ({ metrics }: Metrics, metric: string) =>
  metrics.find(({ id, phase }) => id === metric && phase === 'base')?.value;

const change =
  (metric: string): Column =>
  (row) => {
    const [after, before] = [outcome(row, metric), base(row, metric)];
    return after === undefined || before === undefined ? null : after - before;
  };

/** Times of the project's own machine, which come with shipped rows, do not compare with those taken here. */
const localLatency: Column = ({ provenance, latency }) => (provenance === 'shipped' ? null : latency?.p50Ms);

/** What is left on an axis; of what was measured, only on machines that compare. */
const costLeft =
  ({ id, perMachine }: Columns['axes'][number]): Column =>
  ({ provenance, costs }) =>
    perMachine && provenance === 'shipped' ? null : costs[id]?.left;

/** Every column by the name it has in the address; the first metric ranks. Names that all tracks share come last and win. */
const columnsFor = ({ metrics, axes }: Columns): ReadonlyMap<string, Column> =>
  new Map<string, Column>([
    ...axes.map((axis): [string, Column] => [axis.id, costLeft(axis)]),
    ...metrics.map(({ id }): [string, Column] => [id, (row) => outcome(row, id)]),
    ['rank', (row) => row.rank],
    ['label', (row) => row.label],
    ['change', change(metrics[0]!.id)],
    ['above-random', (row) => row.aboveRandom?.value],
    ['params', (row) => row.params.left],
    ['macs', (row) => row.macs.published.left],
    ['latency', localLatency],
    ['by-widths', ({ byWidths }) => byWidths?.value],
    ['seconds', (row) => row.seconds],
    ['step-seconds', (row) => row.stepSeconds],
    ['epoch-seconds', (row) => row.epochSeconds],
    ['seeds', (row) => row.seeds.length],
    ['at', (row) => row.at],
  ]);

/** One column that a list is sorted by, and how two of its values compare. */
export interface SortKey {
  readonly column: Column;
  readonly order: (a: Value, b: Value) => number;
}

const isMissing = (value: Value): value is null | undefined =>
  value === null || value === undefined || Number.isNaN(value);

/** Missing values come last, whichever way the column is sorted. */
const by =
  (down: boolean): SortKey['order'] =>
  (p, q) => {
    if (isMissing(p) || isMissing(q)) return Number(isMissing(p)) - Number(isMissing(q));
    const order = typeof p === 'number' && typeof q === 'number' ? p - q : String(p).localeCompare(String(q), 'en');
    return down ? -order : order;
  };

/** The columns of a `sort`, the first decides; none: the order of the ranks. */
export const sortKeysOf = (sort: string | undefined, track: Columns): readonly SortKey[] => {
  if (!sort) return [];
  const columns = columnsFor(track);
  return sort.split(',').map((part) => {
    const name = part.replace(/^-/, '');
    const column = columns.get(name);
    if (column) return { column, order: by(part.startsWith('-')) };
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: 'sort',
      expected: [...columns.keys()].join(', '),
      got: part,
    });
  });
};

/** A step a row: a board may have very many, and of each some columns are worked out when they are read first. */
export function* sortedRows(
  rows: readonly LeaderboardRow[],
  sort: string | undefined,
  track: Columns,
): Steps<readonly LeaderboardRow[]> {
  const keys = sortKeysOf(sort, track);
  if (keys.length === 0) return rows;
  const values: (readonly Value[])[] = [];
  for (const row of rows) {
    values.push(keys.map(({ column }) => column(row)));
    yield;
  }
  const order = yield* sortSteps([...rows.keys()], (a, b) =>
    keys.reduce((found, { order }, i) => found || order(values[a]![i], values[b]![i]), 0),
  );
  return order.map((place) => rows[place]!);
}

const part = ({ recipe }: LeaderboardRow, name: string): unknown => recipe[name] ?? 'none';

/** Whether a row is one that the query asks for. */
const matcherOf = (query: Query): ((row: LeaderboardRow) => boolean) => {
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (row) =>
    (query.target === undefined || row.target.label === query.target) &&
    (query.provenance === undefined || row.provenance === query.provenance) &&
    (query.division === undefined || row.division === query.division) &&
    (query.method === undefined ||
      ['criterion', 'regularizer', 'procedure'].some((kind) => row.recipe[kind] === query.method)) &&
    (['criterion', 'regularizer', 'scope'] as const).every(
      (name) => query[name] === undefined || part(row, name) === query[name],
    ) &&
    words.every((word) => row.label.toLowerCase().includes(word));
};

/** The rows that a query asks for, in its order, whatever the page. */
export function* selectedRows(
  rows: readonly LeaderboardRow[],
  query: Query,
  track: Columns,
): Steps<readonly LeaderboardRow[]> {
  const isWanted = matcherOf(query);
  const wanted: LeaderboardRow[] = [];
  for (const row of rows) {
    if (isWanted(row)) wanted.push(row);
    yield;
  }
  return yield* sortedRows(wanted, query.sort, track);
}
