/** One board: what is measured, who leads and how surely, the table and the plot with one selection. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { SortingState } from '@tanstack/react-table';
import type { Board, MetricDescription } from '@topiary/contracts';
import { useCallback, useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { EmptyNote, ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { Skeleton, SkeletonPage } from '../components/skeleton.js';
import { ColumnNotes } from '../features/leaderboard/column-notes.js';
import { LeaderboardTable } from '../features/leaderboard/table.js';
import { TargetSwitch } from '../features/leaderboard/target-switch.js';
import { verdict } from '../features/leaderboard/verdict.js';
import { Pareto } from '../features/plot/lazy.js';
import { paretoData } from '../features/plot/pareto-data.js';
import { leaderboardPath } from '../lib/api.js';
import { formatCount, formatFixed } from '../lib/format.js';
import { t } from '../lib/i18n.js';
import { boardQuery, leaderboardQuery, tracksQuery } from '../lib/queries.js';
import { baseMetric, trackOf } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

const PLOT_HEIGHT = 420;

/** `-metric` in the address sorts by the metric, best at the top. */
const useSorting = (): [SortingState, (sorting: SortingState) => void] => {
  const [text, setText] = useSearchParam('sort');
  const sorting = useMemo<SortingState>(
    () => (text ? [{ id: text.replace(/^-/, ''), desc: text.startsWith('-') }] : []),
    [text],
  );
  const set = useCallback(
    ([first]: SortingState) => setText(first ? `${first.desc ? '-' : ''}${first.id}` : null),
    [setText],
  );
  return [sorting, set];
};

const Closed = ({ board }: { readonly board: Board }) => (
  <Note tone="warn" title={t('board.closed')}>
    <p>{board.reason}</p>
    <p>
      <Link to="/guide#data">{t('board.closed.how')}</Link>
    </p>
  </Note>
);

const Verdict = ({ sentences: [first, ...rest] }: { readonly sentences: readonly string[] }) => (
  <>
    <strong>{first}</strong> {rest.join(' ')}
  </>
);

const Comparison = ({ board, metric }: { readonly board: Board; readonly metric: MetricDescription }) => {
  const navigate = useNavigate();
  const [chosen, setTarget] = useSearchParam('target');
  const [sorting, setSorting] = useSorting();
  const [active, setActive] = useState<string | null>(null);
  const target = board.targets.find(({ label }) => label === chosen)?.label ?? board.targets[0]?.label ?? '';
  const table = useQuery({ ...leaderboardQuery(board.id, { target }), placeholderData: keepPreviousData });
  const all = useQuery(leaderboardQuery(board.id));
  const rows = table.data?.rows;
  const allRows = all.data?.rows ?? rows;
  const data = useMemo(
    () => (allRows ? paretoData(board, allRows, metric, target) : null),
    [board, allRows, metric, target],
  );
  const open = useCallback(
    (id: string) => {
      const submission = allRows?.find((row) => row.id === id)?.submission;
      if (submission) navigate(`/submissions/${submission}`);
    },
    [allRows, navigate],
  );
  const caption = t('board.caption', { board: board.title, target });
  // All at once: a verdict that came before its table would push it down.
  if (table.isPending || all.isPending) return <Skeleton rows={12} />;
  return (
    <>
      <div className="board-bar">
        <TargetSwitch targets={board.targets} value={target} onChange={setTarget} />
        <p className="verdict" aria-live="polite">
          <Verdict sentences={rows ? verdict(rows, metric, target) : []} />
        </p>
      </div>
      {table.error && <ErrorNote error={table.error} onRetry={table.refetch} />}
      <div className="board-split">
        <div className="board-table">
          {rows?.length === 0 && (
            <EmptyNote title={t('board.empty', { target })}>
              {board.state === 'open' && (
                <Link className="button" to={`/submit?board=${board.id}&target=${target}`}>
                  {t('board.first')}
                </Link>
              )}
            </EmptyNote>
          )}
          {rows && rows.length > 0 && (
            <LeaderboardTable
              board={board}
              rows={rows}
              metric={metric}
              caption={caption}
              sorting={sorting}
              onSorting={setSorting}
              active={active}
              onActive={setActive}
              onOpen={open}
            />
          )}
          <p className="below">
            <a href={`/api/v1${leaderboardPath(board.id, { target, format: 'csv' })}`} download>
              {t('board.csv')}
            </a>
            <a href={`/api/v1${leaderboardPath(board.id, { target })}`}>{t('board.json')}</a>
          </p>
        </div>
        <figure className="figure board-figure" hidden={data?.points.length === 0}>
          {data ? (
            <Pareto
              data={data}
              height={PLOT_HEIGHT}
              label={t('board.plot.label', { metric: metric.title, target })}
              active={active}
              onActive={setActive}
              onOpen={open}
            />
          ) : (
            <div className="plot is-waiting" style={{ height: PLOT_HEIGHT }} />
          )}
          <figcaption>{t('board.plot.caption', { target })}</figcaption>
        </figure>
      </div>
      <ColumnNotes metric={metric} />
    </>
  );
};

const Protocol = ({ board, metric }: { readonly board: Board; readonly metric: MetricDescription }) => {
  const base = baseMetric(board, metric);
  return (
    <>
      {board.protocol} <Link to="/rules">{t('board.rules')}</Link>
      {board.base && base !== undefined && (
        <span className="base-line">
          {t('board.base', {
            metric: metric.title,
            value: `${formatFixed(base, metric.digits)} ${metric.unit}`.trim(),
            params: formatCount(board.base.params),
            macs: formatCount(board.base.macs.published),
          })}
        </span>
      )}
    </>
  );
};

export default function BoardPage() {
  const { id = '' } = useParams();
  const board = useQuery(boardQuery(id));
  const tracks = useQuery(tracksQuery);
  const error = board.error ?? tracks.error;
  if (error) {
    return (
      <Page title={t('board.missing')}>
        <ErrorNote error={error} onRetry={() => void Promise.all([board.refetch(), tracks.refetch()])} />
        <p>
          <Link to="/boards">{t('board.all')}</Link>
        </p>
      </Page>
    );
  }
  const track = board.data && trackOf(tracks.data?.items, board.data.track);
  const metric = track?.metrics[0];
  if (!board.data || !metric) return <SkeletonPage />;
  return (
    <Page
      wide
      title={board.data.title}
      above={
        <>
          <Link to="/boards">{t('nav.boards')}</Link>
          {` / ${track.title}`}
        </>
      }
      lede={<Protocol board={board.data} metric={metric} />}
      actions={
        board.data.state === 'open' && (
          <Link className="button" to={`/submit?board=${id}`}>
            {t('board.submit')}
          </Link>
        )
      }
    >
      {board.data.state === 'reported-only' && <Closed board={board.data} />}
      <Comparison board={board.data} metric={metric} />
    </Page>
  );
}
