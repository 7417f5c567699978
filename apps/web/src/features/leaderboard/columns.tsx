/** The columns of a leaderboard: by what the server sorts them, and how each is written. */

import type { Board, MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { Ago, MeasureFigure } from '../../components/figures.js';
import { PersonLink, ProvenanceMark } from '../../components/marks.js';
import { decimalWidths } from '../../lib/decimal.js';
import { formatDuration, formatFixed, type Interval, measure } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { addressOf, controlOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { absent, type Column } from './column.js';
import { costColumn } from './cost-columns.js';
import { DisputedMark } from './disputed.js';
import { flagWords } from './flags.js';
import { changeOf, metricOf, rankText, rowPath, signedRank } from './rows.js';

export type { Column } from './column.js';

/** The measures of a whole column, written once, with the widths that align them. */
const measureColumn = (
  about: Pick<Column, 'id' | 'header' | 'explain' | 'sort' | 'compact'>,
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
    says: (row) => cells.has(row.id),
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

const secondsColumn = (id: 'cost' | 'step' | 'epoch', sort: string, of: (row: Row) => number | null): Column => ({
  id,
  header: t(`column.${id}`),
  explain: t(`column.${id}.explain`),
  numeric: true,
  sort,
  compact: false,
  says: (row) => of(row) !== null,
  cell: (row) => {
    const seconds = of(row);
    return seconds === null ? absent : formatDuration(seconds);
  },
});

/** The spread over seeds and the bootstrap interval in words. */
const spreadText = (row: Row, metric: MetricDescription): string | undefined => {
  const { std = null, n = null, bootstrap = null } = metricOf(row, metric.id) ?? {};
  const write = (value: number) => formatFixed(value, metric.digits);
  const unit = differenceUnit(metric);
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
    <Link to={rowPath(addressOf(board), row)}>{row.label}</Link>
    <DisputedMark row={row} />
    {row.flags.map((flag) => (
      <span key={flag} className="tag" title={flagWords(flag).meaning}>
        {flagWords(flag).title}
      </span>
    ))}
    {row.note && (
      <span className="tag" title={row.note}>
        {t('board.remark')}
      </span>
    )}
  </>
);

/** All that stand behind a row, and how often others came to the same. */
const ProvenanceMarks = ({ row }: { readonly row: Row }) => (
  <>
    {(row.provenances.length > 0 ? row.provenances : [row.provenance]).map((one) => (
      <ProvenanceMark key={one} provenance={one} />
    ))}
    {row.reproduced > 0 && <span className="tag">{t('board.reproduced', { n: row.reproduced + 1 })}</span>}
    {row.contradicted > 0 && <span className="tag">{t('board.contradicted', { n: row.contradicted })}</span>}
  </>
);

const about = (id: string, header: string, explain: string, sort: string, compact = false) => ({
  id,
  header,
  explain,
  sort,
  compact,
});

/** The metric that ranks, what was lost, how far above chance, and what else the track measures. */
const metricColumns = (board: Board, rows: readonly Row[], track: TrackDescription): Column[] => {
  const [metric, ...others] = [mainMetric(track), ...track.metrics.slice(1)];
  const points = { ...metric, unit: differenceUnit(metric), signed: true };
  const control = controlOf(track);
  const ofMetric = (one: MetricDescription, id: string, compact: boolean) =>
    measureColumn(
      about(id, one.title, t('column.metric.explain'), one.id, compact),
      rows,
      (row) => metricOf(row, one.id),
      one,
      (row) => spreadText(row, one),
    );
  return [
    ofMetric(metric, 'metric', true),
    measureColumn(
      about('change', t('column.change'), t('column.change.explain'), 'change', control === null),
      rows,
      (row) => changeOf(row, board, metric),
      points,
    ),
    ...(control === null
      ? []
      : [
          measureColumn(
            about(
              'above-random',
              t('column.above', { control: control.id }),
              t('column.above.explain', { control: control.title }),
              'above-random',
              true,
            ),
            rows,
            (row) => row.aboveRandom,
            points,
          ),
          measureColumn(
            about('by-widths', t('column.widths'), t('column.widths.explain'), 'by-widths', true),
            rows,
            (row) => row.byWidths,
            points,
          ),
        ]),
    ...others.map((one) => ofMetric(one, one.id, false)),
  ];
};

/** Where the server's test split is hidden: how far a recipe falls on it, against the split that everybody can draw. */
const splitColumn: Column = {
  id: 'hidden-split',
  header: t('column.split'),
  explain: t('column.split.explain'),
  numeric: true,
  sort: null,
  compact: false,
  says: ({ splits }) => Boolean(splits),
  cell: ({ splits }) =>
    !splits ? (
      absent
    ) : (
      <span title={t('column.split.ranks', { shown: splits.shown, hidden: splits.hidden, of: splits.of })}>
        {signedRank(splits)}
      </span>
    ),
};

/** Where a row comes from: of rows from several sources a reader wants to know at once. */
const sourceColumns = (rows: readonly Row[]): Column[] => [
  {
    id: 'provenance',
    header: t('column.provenance'),
    explain: t('column.provenance.explain'),
    sort: null,
    compact: new Set(rows.map(({ provenance }) => provenance)).size > 1,
    cell: (row) => <ProvenanceMarks row={row} />,
  },
  {
    id: 'by',
    header: t('column.by'),
    explain: t('column.by.explain'),
    sort: null,
    compact: false,
    says: ({ submitter }) => submitter !== null,
    cell: ({ submitter }) => (submitter ? <PersonLink person={submitter} /> : absent),
  },
  {
    ...about('seeds', t('column.seeds'), t('column.seeds.explain'), 'seeds'),
    numeric: true,
    down: true,
    says: ({ seeds }) => seeds.length > 0,
    cell: ({ seeds }) => (seeds.length === 0 ? absent : <span title={seeds.join(', ')}>{seeds.length}</span>),
  },
  {
    ...about('date', t('column.date'), t('column.date.explain'), 'at'),
    down: true,
    says: ({ at }) => at !== null,
    cell: ({ at }) => (at === null ? absent : <Ago iso={at} />),
  },
];

/** Metrics beside the one that ranks, and axes: what organisers may choose for whoever has chosen nothing. */
const isChoice = (id: string, { metrics, axes }: TrackDescription): boolean =>
  [...metrics.slice(1), ...axes].some((one) => one.id === id);

export const leaderboardColumns = (board: Board, rows: readonly Row[], track: TrackDescription): Column[] => {
  const all: Column[] = [
    {
      ...about('rank', t('column.rank'), t('column.rank.explain'), 'rank', true),
      numeric: true,
      cell: (row) => <span className="rank">{rankText(row, rows)}</span>,
    },
    {
      ...about('method', t('column.method'), t('column.method.explain'), 'label', true),
      sticky: true,
      cell: (row) => <MethodCell board={board} row={row} />,
    },
    ...metricColumns(board, rows, track),
    ...track.axes.map((axis) => costColumn(axis, rows, track)),
    secondsColumn('cost', 'seconds', (row) => row.seconds),
    secondsColumn('step', 'step-seconds', (row) => row.stepSeconds),
    secondsColumn('epoch', 'epoch-seconds', (row) => row.epochSeconds),
    splitColumn,
    ...sourceColumns(rows),
  ];
  const wanted = board.shown;
  return all
    .filter(({ says }) => says === undefined || rows.some(says))
    .map((column) =>
      wanted && isChoice(column.id, track) ? { ...column, compact: wanted.includes(column.id) } : column,
    );
};
