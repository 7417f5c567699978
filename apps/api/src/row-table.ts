/** Leaderboard rows as a table: one line a row, one column a number, intervals beside their value. CSV and Parquet share it. */
import type { Row } from '@topiary/contracts';

/** Axes that have columns by names of their own. */
const NAMED: ReadonlySet<string> = new Set(['params', 'macs', 'latency']);

const costColumns = ({ costs }: Row, axes: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    axes.flatMap((axis) => {
      const name = axis.replaceAll('-', '_');
      return [
        [`${name}_base`, costs[axis]?.base],
        [`${name}_left`, costs[axis]?.left],
      ];
    }),
  );

/** Of the first step of a recipe; `recipe_steps` says how many there are. */
const recipeColumns = ({ recipe }: Row): Record<string, unknown> => ({
  criterion: recipe['criterion'],
  regularizer: recipe['regularizer'],
  procedure: recipe['procedure'],
  scope: recipe['scope'],
  recipe_steps:
    Object.keys(recipe).length === 0 ? null : 1 + (Array.isArray(recipe['next']) ? recipe['next'].length : 0),
});

/** What the rows of one table have columns for. */
interface Kinds {
  readonly metricKeys: readonly string[];
  readonly axes: readonly string[];
}

const columnsOf = (row: Row, { metricKeys, axes }: Kinds): Record<string, unknown> => {
  const metrics = new Map(row.metrics.map((m) => [`${m.id}_${m.phase}`, m]));
  return {
    rank: row.rank,
    tier: row.tier,
    place_from: row.place?.from,
    place_to: row.place?.to,
    control: row.control,
    label: row.label,
    provenance: row.provenance,
    division: row.division,
    target: row.target.label,
    achieved: row.achieved,
    ...Object.fromEntries(
      metricKeys.flatMap((key) => [
        [key, metrics.get(key)?.value],
        [`${key}_low`, metrics.get(key)?.low],
        [`${key}_high`, metrics.get(key)?.high],
        [`${key}_std`, metrics.get(key)?.std],
        [`${key}_bootstrap_low`, metrics.get(key)?.bootstrap?.low],
        [`${key}_bootstrap_high`, metrics.get(key)?.bootstrap?.high],
      ]),
    ),
    above_random: row.aboveRandom?.value,
    above_random_low: row.aboveRandom?.low,
    above_random_high: row.aboveRandom?.high,
    by_widths: row.byWidths?.value,
    by_widths_low: row.byWidths?.low,
    by_widths_high: row.byWidths?.high,
    reproduced: row.reproduced,
    params_base: row.params.base,
    params_left: row.params.left,
    macs_published_base: row.macs.published.base,
    macs_published_left: row.macs.published.left,
    macs_pure_base: row.macs.pure.base,
    macs_pure_left: row.macs.pure.left,
    latency_p50_ms: row.latency?.p50Ms,
    latency_p99_ms: row.latency?.p99Ms,
    latency_base_p50_ms: row.latency?.baseP50Ms,
    seeds: row.seeds.join(' '),
    seconds: row.seconds,
    step_seconds: row.stepSeconds,
    epoch_seconds: row.epochSeconds,
    machine: row.machine,
    split_hash: row.splitHash,
    rank_shown: row.splits?.shown,
    rank_hidden: row.splits?.hidden,
    rank_splits_of: row.splits?.of,
    submission: row.submission,
    submitter: row.submitter?.name,
    open_disputes: row.openDisputes,
    at: row.at,
    source: row.source && `${row.source.title}, ${row.source.table}`,
    source_url: row.source?.url,
    note: row.note,
    ranking: row.ranking,
    ...recipeColumns(row),
    ...costColumns(row, axes),
  };
};

/** Rows of a table by the name of their columns, in the order of `names`. */
export interface RowTable {
  readonly names: readonly string[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** `first`: columns of one's own before the others, for each row. */
export const rowTable = (
  rows: readonly Row[],
  first: (i: number) => Readonly<Record<string, unknown>> = () => ({}),
): RowTable => {
  const metricKeys = [...new Set(rows.flatMap((row) => row.metrics.map((m) => `${m.id}_${m.phase}`)))];
  const axes = [...new Set(rows.flatMap(({ costs }) => Object.keys(costs)))].filter((axis) => !NAMED.has(axis));
  const lines = rows.map((row, i) => ({ ...first(i), ...columnsOf(row, { metricKeys, axes }) }));
  return { names: Object.keys(lines[0] ?? { rank: null, label: null }), lines };
};
