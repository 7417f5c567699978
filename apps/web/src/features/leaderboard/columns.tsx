/** The columns of a leaderboard: by what the server sorts them, and how each is written. */

import type { Board, MetricDescription, Row } from '@topiary/contracts';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Ago, MeasureFigure, NumberFigure } from '../../components/figures.js';
import { PersonLink, ProvenanceMark } from '../../components/marks.js';
import { decimalWidths } from '../../lib/decimal.js';
import {
  formatDuration,
  formatFixed,
  formatMs,
  formatShare,
  type Interval,
  measure,
  scaleFor,
} from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { DisputedMark } from './disputed.js';
import { changeOf, differenceUnit, metricOf, rankText, rowPath } from './rows.js';

export interface Column {
  readonly id: string;
  readonly header: string;
  readonly explain: string;
  readonly numeric?: boolean;
  readonly sticky?: boolean;
  /** The server's name of the column; null: it sorts nothing. */
  readonly sort: string | null;
  /** Which end a first press brings to the top. */
  readonly down?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

const absent = <span className="muted">–</span>;

/** The measures of a whole column, written once, with the widths that align them. */
const measureColumn = (
  about: Pick<Column, 'id' | 'header' | 'explain' | 'sort'>,
  rows: readonly Row[],
  of: (row: Row) => Interval | null,
  how: Parameters<typeof measure>[1],
  hint: (row: Row) => string | undefined = () => undefined,
): Column => {
  const cells = new Map(
    rows.flatMap((row) => {
      const found = of(row);
      return found ? [[row.id, measure(found, how)] as const] : [];
    }),
  );
  const all = [...cells.values()];
  const widths = {
    value: decimalWidths(all.map(({ text }) => text)),
    plus: decimalWidths(all.flatMap(({ plus }) => (plus === null ? [] : [plus]))),
  };
  return {
    ...about,
    numeric: true,
    down: true,
    cell: (row) => {
      const cell = cells.get(row.id);
      if (!cell) return absent;
      return (
        <span title={hint(row)}>
          <MeasureFigure measure={cell} widths={widths} />
        </span>
      );
    },
  };
};

type KnownCount = { readonly base: number | null; readonly left: number | null };

/** Parameters or MACs left: a count on one scale for the column, and its share of the base model. */
const countColumn = (id: 'params' | 'macs', rows: readonly Row[], of: (row: Row) => KnownCount): Column => {
  const scale = scaleFor(Math.max(1, ...rows.map((row) => of(row).base ?? of(row).left ?? 0)));
  const text = (left: number) => formatFixed(left / scale.divisor, scale.digits);
  const widths = decimalWidths(rows.flatMap((row) => (of(row).left === null ? [] : [text(of(row).left!)])));
  return {
    id,
    header: t(`column.${id}`),
    explain: t(`column.${id}.explain`),
    numeric: true,
    sort: id,
    cell: (row) => {
      const { base, left } = of(row);
      if (left === null) return absent;
      return (
        <>
          <NumberFigure text={text(left)} unit={scale.unit} widths={widths} />
          <span className="share">{base === null ? '' : formatShare(left, base)}</span>
        </>
      );
    },
  };
};

/** Times of the project's own machine, which come with shipped rows, do not compare with those taken here. */
const latencyHint = (provenance: Row['provenance'], baseMs: number): string =>
  [
    t('column.latency.base', { ms: formatMs(baseMs) }),
    ...(provenance === 'shipped' ? [t('column.latency.shipped')] : []),
  ].join('; ');

const latencyColumn = (rows: readonly Row[]): Column => {
  const text = ({ latency }: Row) => (latency ? formatMs(latency.p50Ms) : '');
  const widths = decimalWidths(rows.map(text));
  return {
    id: 'latency',
    header: t('column.latency'),
    explain: t('column.latency.explain'),
    numeric: true,
    sort: 'latency',
    cell: (row) => {
      const { latency } = row;
      if (!latency) return absent;
      return (
        <>
          <NumberFigure text={text(row)} unit="ms" widths={widths} />
          <span className="share" title={latencyHint(row.provenance, latency.baseP50Ms)}>
            {`${formatFixed(latency.baseP50Ms / latency.p50Ms, 2)}×`}
          </span>
        </>
      );
    },
  };
};

const secondsColumn = (id: 'cost' | 'step' | 'epoch', sort: string, of: (row: Row) => number | null): Column => ({
  id,
  header: t(`column.${id}`),
  explain: t(`column.${id}.explain`),
  numeric: true,
  sort,
  cell: (row) => {
    const seconds = of(row);
    return seconds === null ? absent : formatDuration(seconds);
  },
});

/** Columns in which no row has anything to say are left out: papers print little. */
const SAYS: Readonly<Record<string, (row: Row) => boolean>> = {
  'above-random': (row) => row.aboveRandom !== null,
  params: (row) => row.params.left !== null,
  macs: (row) => row.macs.published.left !== null,
  latency: (row) => row.latency !== null,
  cost: (row) => row.seconds !== null,
  step: (row) => row.stepSeconds !== null,
  epoch: (row) => row.epochSeconds !== null,
  by: (row) => row.submitter !== null,
  seeds: (row) => row.seeds.length > 0,
  date: (row) => row.at !== null,
};

/** The spread over seeds and the bootstrap interval in words. */
const spreadText = (row: Row, metric: MetricDescription): string | undefined => {
  const { std = null, n = null, bootstrap = null } = metricOf(row, metric.id) ?? {};
  const write = (value: number) => formatFixed(value, metric.digits);
  const unit = differenceUnit(metric.unit);
  const sentences = [
    ...(std === null || n === null ? [] : [t('column.metric.spread', { std: write(std), unit, n })]),
    ...(bootstrap === null
      ? []
      : [t('column.metric.bootstrap', { low: write(bootstrap.low), high: write(bootstrap.high), unit: metric.unit })]),
  ];
  return sentences.join(' ') || undefined;
};

const MethodCell = ({ board, row }: { readonly board: Board; readonly row: Row }) => (
  <>
    <Link to={rowPath(board.id, row)}>{row.label}</Link>
    <DisputedMark row={row} />
    {row.flags.map((flag) => (
      <span key={flag} className="tag" title={t('board.flag')}>
        {flag}
      </span>
    ))}
    {row.note && (
      <span className="tag" title={row.note}>
        {t('board.remark')}
      </span>
    )}
  </>
);

export const leaderboardColumns = (board: Board, rows: readonly Row[], metric: MetricDescription): Column[] => {
  const points = { ...metric, unit: differenceUnit(metric.unit), signed: true };
  const about = (id: string, header: string, explain: string, sort: string) => ({ id, header, explain, sort });
  const all: Column[] = [
    {
      ...about('rank', t('column.rank'), t('column.rank.explain'), 'rank'),
      numeric: true,
      cell: (row) => <span className="rank">{rankText(row, rows)}</span>,
    },
    {
      ...about('method', t('column.method'), t('column.method.explain'), 'label'),
      sticky: true,
      cell: (row) => <MethodCell board={board} row={row} />,
    },
    measureColumn(
      about('metric', metric.title, t('column.metric.explain'), metric.id),
      rows,
      (row) => metricOf(row, metric.id),
      metric,
      (row) => spreadText(row, metric),
    ),
    measureColumn(
      about('change', t('column.change'), t('column.change.explain'), 'change'),
      rows,
      (row) => changeOf(row, board, metric),
      points,
    ),
    measureColumn(
      about('above-random', t('column.aboveRandom'), t('column.aboveRandom.explain'), 'above-random'),
      rows,
      (row) => row.aboveRandom,
      points,
    ),
    countColumn('params', rows, (row) => row.params),
    countColumn('macs', rows, (row) => row.macs.published),
    latencyColumn(rows),
    secondsColumn('cost', 'seconds', (row) => row.seconds),
    secondsColumn('step', 'step-seconds', (row) => row.stepSeconds),
    secondsColumn('epoch', 'epoch-seconds', (row) => row.epochSeconds),
    {
      id: 'provenance',
      header: t('column.provenance'),
      explain: t('column.provenance.explain'),
      sort: null,
      cell: ({ provenance }) => <ProvenanceMark provenance={provenance} />,
    },
    {
      id: 'by',
      header: t('column.by'),
      explain: t('column.by.explain'),
      sort: null,
      cell: ({ submitter }) => (submitter ? <PersonLink person={submitter} /> : absent),
    },
    {
      ...about('seeds', t('column.seeds'), t('column.seeds.explain'), 'seeds'),
      numeric: true,
      down: true,
      cell: ({ seeds }) => (seeds.length === 0 ? absent : <span title={seeds.join(', ')}>{seeds.length}</span>),
    },
    {
      ...about('date', t('column.date'), t('column.date.explain'), 'at'),
      down: true,
      cell: ({ at }) => (at === null ? absent : <Ago iso={at} />),
    },
  ];
  return all.filter(({ id }) => rows.some(SAYS[id] ?? (() => true)));
};
