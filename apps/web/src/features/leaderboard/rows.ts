/** Facts about leaderboard rows that the table, the plot and other pages share. The server ranks; nothing here re-ranks. */
import type { Board, MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import type { Interval } from '../../lib/format.js';

type RowMetric = Row['metrics'][number];

/** Every track's first phase. */
const BASE = 'base';

/** The metric after everything that was done to the model: the server writes the last phase first. */
export const metricOf = (row: Row, id: string): RowMetric | null =>
  row.metrics.find((metric) => metric.id === id && metric.phase !== BASE) ?? null;

/** The base metric: of the row's own runs if they recorded it, else the board's. */
const baseValue = (row: Row, board: Board, id: string): number | null =>
  row.metrics.find((metric) => metric.id === id && metric.phase === BASE)?.value ??
  board.base?.metrics.find((metric) => metric.id === id)?.value ??
  null;

/** What was lost against the base model, whose own value counts as exact: it is the same model in every run. */
export const changeOf = (row: Row, board: Board, metric: MetricDescription): Interval | null => {
  const after = metricOf(row, metric.id);
  const base = baseValue(row, board, metric.id);
  if (!after || base === null) return null;
  const minus = (bound: number | null) => (bound === null ? null : bound - base);
  return { value: after.value - base, low: minus(after.low), high: minus(after.high) };
};

export const isReported = (row: Pick<Row, 'provenance'>): boolean => row.provenance === 'reported';

/** The address of a row: made of recipe, target, test split and source, it never changes. */
export const rowPath = (board: string, row: Pick<Row, 'id'>): string =>
  `/boards/${encodeURIComponent(board)}/rows/${encodeURIComponent(row.id)}`;

export const comparePath = (board: string, rows: readonly string[]): string =>
  `/compare?board=${encodeURIComponent(board)}&rows=${rows.map(encodeURIComponent).join(',')}`;

type Field = TrackDescription['apart'][number];

export interface Ranking {
  readonly key: string;
  readonly kind: 'closed' | 'open' | 'reported';
  /** What all of its rows have, and why the server ranks them by themselves. */
  readonly apart: readonly Field[];
  /** A whole way of its own ranks with those that make less of the same axes. */
  readonly procedures: boolean;
  /** In what other way than the board's its rows were cut; null: as the board does. */
  readonly solver: string | null;
  readonly splitHash: string;
  readonly source: Row['source'];
  readonly rows: readonly Row[];
}

/** A row that stands beside another one, to show what its widths alone are worth: it is no method of its own. */
const isOfWidths = ({ control }: Row): boolean => control === 'widths';

const SOLVER = /^(one shot|\d+ estimates)$/;

/** The rankings of a leaderboard in the server's order; the first one is the board's own. */
export const rankingsOf = (rows: readonly Row[], { apart }: Pick<TrackDescription, 'apart'>): readonly Ranking[] => {
  const groups = new Map<string, Row[]>();
  for (const row of rows.filter((one) => !isOfWidths(one)))
    groups.set(row.ranking, [...(groups.get(row.ranking) ?? []), row]);
  return [...groups].map(([key, members]) => {
    const [first] = members as [Row, ...Row[]];
    const kind = isReported(first) ? 'reported' : first.division;
    const { splitHash, source } = first;
    const all = (field: string) => members.every(({ recipe }) => Boolean(recipe[field]));
    return {
      key,
      kind,
      apart: apart.filter(({ field }) => all(field)),
      procedures: all('procedure'),
      solver: key.split(' | ').find((part) => SOLVER.test(part)) ?? null,
      splitHash,
      source,
      rows: members,
    };
  });
};

/** A place `2-9`, or of version 1 a rank: `3`, `3=` when others share it, `–` without one. */
export const rankText = (row: Row, rows: readonly Row[]): string => {
  if (row.place) return row.place.text.replace('-', '–');
  const peers = rows.filter(({ ranking }) => ranking === row.ranking);
  if (row.rank === null || peers.some(({ place }) => place)) return '–';
  return peers.filter(({ rank }) => rank === row.rank).length > 1 ? `${row.rank}=` : `${row.rank}`;
};

/** Rows that the server could not tell apart from this one. */
export const isSameTier = (a: Row, b: Row): boolean => a.tier !== null && a.tier === b.tier && a.ranking === b.ranking;

/** `+2`: two ranks worse on the hidden split. */
export const signedRank = ({ shown, hidden }: NonNullable<Row['splits']>): string =>
  hidden === shown ? '0' : `${hidden > shown ? '+' : '−'}${Math.abs(hidden - shown)}`;
