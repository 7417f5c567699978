/** Leaderboard rows as a table: one line a row, one column a number, intervals beside their value. CSV and Parquet share it. */
import type { Row } from '@topiary/contracts';

type Column = readonly [name: string, of: (row: Row) => unknown];

/** Before the metrics. */
const FIRST: readonly Column[] = [
  ['rank', ({ rank }) => rank],
  ['tier', ({ tier }) => tier],
  ['place_from', ({ place }) => place?.from],
  ['place_to', ({ place }) => place?.to],
  ['control', ({ control }) => control],
  ['label', ({ label }) => label],
  ['provenance', ({ provenance }) => provenance],
  ['division', ({ division }) => division],
  ['target', ({ target }) => target.label],
  ['achieved', ({ achieved }) => achieved],
];

/** After them; of the recipe its first step, and how many there are. */
const LAST: readonly Column[] = [
  ['above_random', ({ aboveRandom }) => aboveRandom?.value],
  ['above_random_low', ({ aboveRandom }) => aboveRandom?.low],
  ['above_random_high', ({ aboveRandom }) => aboveRandom?.high],
  ['by_widths', ({ byWidths }) => byWidths?.value],
  ['by_widths_low', ({ byWidths }) => byWidths?.low],
  ['by_widths_high', ({ byWidths }) => byWidths?.high],
  ['reproduced', ({ reproduced }) => reproduced],
  ['params_base', ({ params }) => params.base],
  ['params_left', ({ params }) => params.left],
  ['macs_published_base', ({ macs }) => macs.published.base],
  ['macs_published_left', ({ macs }) => macs.published.left],
  ['macs_pure_base', ({ macs }) => macs.pure.base],
  ['macs_pure_left', ({ macs }) => macs.pure.left],
  ['latency_p50_ms', ({ latency }) => latency?.p50Ms],
  ['latency_p99_ms', ({ latency }) => latency?.p99Ms],
  ['latency_base_p50_ms', ({ latency }) => latency?.baseP50Ms],
  ['seeds', ({ seeds }) => seeds.join(' ')],
  ['seconds', ({ seconds }) => seconds],
  ['step_seconds', ({ stepSeconds }) => stepSeconds],
  ['epoch_seconds', ({ epochSeconds }) => epochSeconds],
  ['machine', ({ machine }) => machine],
  ['split_hash', ({ splitHash }) => splitHash],
  ['rank_shown', ({ splits }) => splits?.shown],
  ['rank_hidden', ({ splits }) => splits?.hidden],
  ['rank_splits_of', ({ splits }) => splits?.of],
  ['submission', ({ submission }) => submission],
  ['submitter', ({ submitter }) => submitter?.name],
  ['open_disputes', ({ openDisputes }) => openDisputes],
  ['at', ({ at }) => at],
  ['source', ({ source }) => source && `${source.title}, ${source.table}`],
  ['source_url', ({ source }) => source?.url],
  ['note', ({ note }) => note],
  ['ranking', ({ ranking }) => ranking],
  ['criterion', ({ recipe }) => recipe['criterion']],
  ['regularizer', ({ recipe }) => recipe['regularizer']],
  ['procedure', ({ recipe }) => recipe['procedure']],
  ['scope', ({ recipe }) => recipe['scope']],
  [
    'recipe_steps',
    ({ recipe }) => {
      if (Object.keys(recipe).length === 0) return null;
      return 1 + (Array.isArray(recipe['next']) ? recipe['next'].length : 0);
    },
  ],
];

type Metric = Row['metrics'][number];

/** Of each metric in each phase, by what follows its name. */
const OF_METRIC: readonly (readonly [suffix: string, of: (metric: Metric) => unknown])[] = [
  ['', ({ value }) => value],
  ['_low', ({ low }) => low],
  ['_high', ({ high }) => high],
  ['_std', ({ std }) => std],
  ['_bootstrap_low', ({ bootstrap }) => bootstrap?.low],
  ['_bootstrap_high', ({ bootstrap }) => bootstrap?.high],
];

const keyOf = ({ id, phase }: Metric): string => `${id}_${phase}`;

/** Those of a row stand in the order of `keys`; what it has not is unknown. */
const metricCells = ({ metrics }: Row, keys: ReadonlyMap<string, number>): unknown[] => {
  const cells: unknown[] = new Array(OF_METRIC.length * keys.size);
  for (const metric of metrics) {
    const at = OF_METRIC.length * keys.get(keyOf(metric))!;
    for (const [i, [, of]] of OF_METRIC.entries()) cells[at + i] = of(metric);
  }
  return cells;
};

/** Axes that have columns by names of their own. */
const NAMED: ReadonlySet<string> = new Set(['params', 'macs', 'latency']);

/** Cells by the place of their column in `names`; what nobody knows is null or undefined. */
export interface RowTable {
  readonly names: readonly string[];
  readonly lines: readonly (readonly unknown[])[];
}

/** Columns before the others. */
export interface OwnColumns {
  readonly names: readonly string[];
  of(i: number): readonly unknown[];
}

const namesOf = (columns: readonly Column[]): string[] => columns.map(([name]) => name);

/** One line for each row. */
export const rowTable = (rows: readonly Row[], own: OwnColumns = { names: [], of: () => [] }): RowTable => {
  const keys = new Map([...new Set(rows.flatMap(({ metrics }) => metrics.map(keyOf)))].map((key, i) => [key, i]));
  const axes = [...new Set(rows.flatMap(({ costs }) => Object.keys(costs)))].filter((axis) => !NAMED.has(axis));
  const names = [
    ...own.names,
    ...namesOf(FIRST),
    ...[...keys.keys()].flatMap((key) => OF_METRIC.map(([suffix]) => `${key}${suffix}`)),
    ...namesOf(LAST),
    ...axes.flatMap((axis) => ['base', 'left'].map((end) => `${axis.replaceAll('-', '_')}_${end}`)),
  ];
  const lines = rows.map((row, i) => [
    ...own.of(i),
    ...FIRST.map(([, of]) => of(row)),
    ...metricCells(row, keys),
    ...LAST.map(([, of]) => of(row)),
    ...axes.flatMap((axis) => [row.costs[axis]?.base, row.costs[axis]?.left]),
  ]);
  return { names, lines };
};
