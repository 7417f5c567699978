/** The columns of a leaderboard: what sorts them and how each is written. */

import {
  createColumnHelper,
  createSortedRowModel,
  metaHelper,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table';
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Ago, MeasureFigure, type MeasureWidths, NumberFigure } from '../../components/figures.js';
import { ProvenanceMark } from '../../components/marks.js';
import { type DecimalWidths, decimalWidths } from '../../lib/decimal.js';
import {
  formatDuration,
  formatFixed,
  formatMs,
  formatShare,
  type Interval,
  type Measure,
  measure,
  scaleFor,
} from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { changeOf, differenceUnit, metricOf, rankText } from './rows.js';

interface ColumnMeta {
  readonly numeric?: boolean;
  readonly sticky?: boolean;
  readonly explain: string;
}

export const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnMeta: metaHelper<ColumnMeta>(),
});

const helper = createColumnHelper<typeof features, Row>();

/** The measures of a whole column, written once, with the widths that align them. */
const measured = (
  rows: readonly Row[],
  of: (row: Row) => Interval | null,
  how: Parameters<typeof measure>[1],
): { cells: ReadonlyMap<string, Measure>; widths: MeasureWidths } => {
  const cells = new Map<string, Measure>();
  for (const row of rows) {
    const interval = of(row);
    if (interval) cells.set(row.id, measure(interval, how));
  }
  const all = [...cells.values()];
  return {
    cells,
    widths: {
      value: decimalWidths(all.map(({ text }) => text)),
      plus: decimalWidths(all.flatMap(({ plus }) => (plus === null ? [] : [plus]))),
    },
  };
};

const measureColumn = (
  id: string,
  header: string,
  explain: string,
  column: ReturnType<typeof measured>,
  value: (row: Row) => number | undefined,
) =>
  helper.accessor(value, {
    id,
    header,
    sortUndefined: 'last',
    sortDescFirst: true,
    meta: { numeric: true, explain },
    cell: ({ row }) => {
      const cell = column.cells.get(row.original.id);
      return cell ? <MeasureFigure measure={cell} widths={column.widths} /> : <span className="muted">–</span>;
    },
  });

/** What nobody knows is a dash. */
const optional = <T,>(value: T | undefined, show: (value: T) => ReactNode): ReactNode =>
  value === undefined ? <span className="muted">–</span> : show(value);

/** Parameters or MACs left: a count on one scale for the column, and its share of the base model. */
const countColumn = (
  id: string,
  header: string,
  explain: string,
  rows: readonly Row[],
  of: (row: Row) => { base: number | null; left: number | null },
) => {
  const scale = scaleFor(Math.max(1, ...rows.map((row) => of(row).base ?? of(row).left ?? 1)));
  const text = (left: number) => formatFixed(left / scale.divisor, scale.digits);
  const widths = decimalWidths(rows.flatMap((row) => of(row).left ?? []).map(text));
  return helper.accessor((row) => of(row).left ?? undefined, {
    id,
    header,
    sortUndefined: 'last',
    sortDescFirst: false,
    meta: { numeric: true, explain },
    cell: ({ row: { original } }) => {
      const { base, left } = of(original);
      if (left === null) return <span className="muted">–</span>;
      return (
        <>
          <NumberFigure text={text(left)} unit={scale.unit} widths={widths} />
          <span className="share">{base === null ? '' : formatShare(left, base)}</span>
        </>
      );
    },
  });
};

const latencyColumn = (rows: readonly Row[]) => {
  const text = ({ latency }: Row) => (latency ? formatMs(latency.p50Ms) : '');
  const widths: DecimalWidths = decimalWidths(rows.map(text));
  return helper.accessor((row) => row.latency?.p50Ms, {
    id: 'latency',
    header: t('column.latency'),
    sortUndefined: 'last',
    sortDescFirst: false,
    meta: { numeric: true, explain: t('column.latency.explain') },
    cell: ({ row: { original } }) => {
      const { latency } = original;
      if (!latency) return <span className="muted">–</span>;
      return (
        <>
          <NumberFigure text={text(original)} unit="ms" widths={widths} />
          <span className="share" title={t('column.latency.base', { ms: formatMs(latency.baseP50Ms) })}>
            {`${formatFixed(latency.baseP50Ms / latency.p50Ms, 2)}×`}
          </span>
        </>
      );
    },
  });
};

export const leaderboardColumns = (board: Board, rows: readonly Row[], metric: MetricDescription) => {
  const points = differenceUnit(metric.unit);
  const main = measured(rows, (row) => metricOf(row, metric.id), metric);
  const change = measured(rows, (row) => changeOf(row, board, metric), { ...metric, unit: points, signed: true });
  const above = measured(rows, (row) => row.aboveRandom, { ...metric, unit: points, signed: true });
  return helper.columns([
    helper.accessor((row) => row.rank ?? undefined, {
      id: 'rank',
      header: t('column.rank'),
      sortUndefined: 'last',
      sortDescFirst: false,
      meta: { numeric: true, explain: t('column.rank.explain') },
      cell: ({ row }) => <span className="rank">{rankText(row.original, rows)}</span>,
    }),
    helper.accessor('label', {
      id: 'method',
      header: t('column.method'),
      sortFn: (a, b) => a.original.label.localeCompare(b.original.label, 'en'),
      sortDescFirst: false,
      meta: { sticky: true, explain: t('column.method.explain') },
      cell: ({ row: { original } }) => (
        <>
          {original.submission === null ? (
            original.label
          ) : (
            <Link to={`/submissions/${original.submission}`}>{original.label}</Link>
          )}
          {original.flags.map((flag) => (
            <span key={flag} className="tag" title={t('board.flag')}>
              {flag}
            </span>
          ))}
        </>
      ),
    }),
    measureColumn('metric', metric.title, t('column.metric.explain'), main, (row) => metricOf(row, metric.id)?.value),
    measureColumn(
      'change',
      t('column.change'),
      t('column.change.explain'),
      change,
      (row) => changeOf(row, board, metric)?.value,
    ),
    measureColumn(
      'above-random',
      t('column.aboveRandom'),
      t('column.aboveRandom.explain'),
      above,
      (row) => row.aboveRandom?.value,
    ),
    countColumn('params', t('column.params'), t('column.params.explain'), rows, (row) => row.params),
    countColumn('macs', t('column.macs'), t('column.macs.explain'), rows, (row) => row.macs.published),
    latencyColumn(rows),
    helper.accessor((row) => row.seconds ?? undefined, {
      id: 'cost',
      header: t('column.cost'),
      sortUndefined: 'last',
      sortDescFirst: false,
      meta: { numeric: true, explain: t('column.cost.explain') },
      cell: ({ getValue }) => optional(getValue(), formatDuration),
    }),
    helper.accessor('provenance', {
      id: 'provenance',
      header: t('column.provenance'),
      enableSorting: false,
      meta: { explain: t('column.provenance.explain') },
      cell: ({ getValue }) => <ProvenanceMark provenance={getValue()} />,
    }),
    helper.accessor((row) => row.seeds.length, {
      id: 'seeds',
      header: t('column.seeds'),
      meta: { numeric: true, explain: t('column.seeds.explain') },
      cell: ({ row, getValue }) => (
        <span title={row.original.seeds.join(', ')}>{optional(getValue() || undefined, String)}</span>
      ),
    }),
    helper.accessor((row) => row.at ?? undefined, {
      id: 'date',
      header: t('column.date'),
      sortFn: (a, b) => (a.original.at ?? '').localeCompare(b.original.at ?? ''),
      sortUndefined: 'last',
      sortDescFirst: true,
      meta: { explain: t('column.date.explain') },
      cell: ({ getValue }) => optional(getValue(), (iso) => <Ago iso={iso} />),
    }),
  ]);
};
