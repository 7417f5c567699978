/** One board: what is measured, who leads and how surely, the table and the plot with one selection. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { EmptyNote, ErrorNote, Note } from '../components/notes.js';
import { Page } from '../components/page.js';
import { Skeleton, SkeletonPage } from '../components/skeleton.js';
import { Closed, Downloads, Fold, Nothing, Protocol, Remarks } from '../features/leaderboard/board-parts.js';
import { leaderboardColumns } from '../features/leaderboard/columns.js';
import { Facets, useFacets } from '../features/leaderboard/facets.js';
import { comparePath, rowPath } from '../features/leaderboard/rows.js';
import { useColumns } from '../features/leaderboard/shown-columns.js';
import { parseSort, type SortPart, sortText } from '../features/leaderboard/sorting.js';
import { LeaderboardTable } from '../features/leaderboard/table.js';
import { TargetSwitch } from '../features/leaderboard/target-switch.js';
import { verdict } from '../features/leaderboard/verdict.js';
import { t } from '../lib/i18n.js';
import { boardQuery, leaderboardQuery, tracksQuery } from '../lib/queries.js';
import { addressOf, inOrder, trackOf } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

/** The server gives at most so many rows at once. */
const MOST_ROWS = 500;

const ExportPanel = lazy(() => import('../features/leaderboard/export-panel.js'));
const ColumnChooser = lazy(() => import('../features/leaderboard/column-chooser.js'));
const ColumnNotes = lazy(() => import('../features/leaderboard/column-notes.js'));
const Versions = lazy(() => import('../features/leaderboard/versions.js'));
const AsOf = lazy(() => import('../features/leaderboard/as-of.js'));
const Picture = lazy(() => import('../features/leaderboard/picture.js'));
const Recommender = lazy(() => import('../features/recommend/recommender.js'));
const WhatRowsGive = lazy(() => import('../features/leaderboard/what-rows-give.js'));
const DifferencesOfBoard = lazy(() => import('../features/differences/of-board.js'));
const Budget = lazy(() => import('../features/curves/budget.js'));

const Verdict = ({ sentences: [first, ...rest] }: { readonly sentences: readonly string[] }) => (
  <>
    <strong>{first}</strong> {rest.join(' ')}
  </>
);

interface ComparisonProps {
  readonly board: Board;
  readonly track: TrackDescription;
}

/** Kept free until the plot is there. */
const PLOT_HEIGHT = 420;

const NO_ROWS: readonly Row[] = [];

/** What the address says: target, order, filters. A board begins with the first target of its own. */
const useView = (board: Board, targets: Board['targets']) => {
  const [chosen, setTarget] = useSearchParam('target');
  const [sort, setSort] = useSearchParam('sort');
  const [facets, setFacet, clearFacets] = useFacets();
  const first = board.targets[0] ?? targets[0];
  const target = targets.find(({ label }) => label === chosen)?.label ?? first?.label ?? '';
  const sorting = useMemo(() => parseSort(sort), [sort]);
  const setSorting = useCallback((parts: readonly SortPart[]) => setSort(sortText(parts)), [setSort]);
  return { target, setTarget, sort: sort ?? undefined, sorting, setSorting, facets, setFacet, clearFacets };
};

/** Which rows are chosen for a comparison; in the address, so that a link keeps them. */
const useChosen = (): [readonly string[], (id: string, on: boolean) => void] => {
  const [text, setText] = useSearchParam('rows');
  const chosen = useMemo(() => (text ?? '').split(',').filter(Boolean), [text]);
  const choose = useCallback(
    (id: string, on: boolean) => {
      const others = chosen.filter((one) => one !== id);
      setText((on ? [...others, id] : others).join(','));
    },
    [chosen, setText],
  );
  return [chosen, choose];
};

/** The board's targets and those that some row has: papers print their own. */
const allTargets = (board: Board, rows: readonly Row[], track: TrackDescription): Board['targets'] => {
  const found = new Map([...board.targets, ...rows.map(({ target }) => target)].map((one) => [one.label, one]));
  return inOrder([...found.values()], track);
};

const Comparison = ({ board, track }: ComparisonProps) => {
  const navigate = useNavigate();
  const address = addressOf(board);
  const [asOf] = useSearchParam('as_of');
  const moment = asOf ? { as_of: asOf } : {};
  const whole = useQuery(leaderboardQuery(address, moment));
  // drawn in slices: a table of fifty rows at once would keep a phone from answering
  const all = useDeferredValue(whole.data);
  const targets = useMemo(() => allTargets(board, all?.rows ?? [], track), [board, all, track]);
  const view = useView(board, targets);
  const { target, sort, sorting, facets } = view;
  const [chosen, choose] = useChosen();
  const [active, setActive] = useState<string | null>(null);
  const filter = { target, sort, ...facets, ...moment };
  const table = useQuery({
    ...leaderboardQuery(address, filter),
    placeholderData: keepPreviousData,
    enabled: all !== undefined,
  });
  const page = useDeferredValue(table.data);
  const rows = page?.rows;
  const allRows = all?.rows ?? rows;
  const columns = useMemo(() => leaderboardColumns(board, rows ?? NO_ROWS, track), [board, rows, track]);
  const { shown, choose: chooseColumn, reset } = useColumns(columns);
  const open = useCallback(
    (id: string) => {
      const row = allRows?.find((one) => one.id === id);
      if (row) navigate(rowPath(address, row));
    },
    [allRows, navigate, address],
  );
  // All at once: a verdict that came before its table would push it down.
  if (whole.error && !all) return <ErrorNote error={whole.error} onRetry={whole.refetch} />;
  if (!all || (!page && !table.error)) return <Skeleton rows={12} />;
  const filtered = Object.keys(facets).length > 0;
  // an empty board offers no filters, files and curves of nothing
  const hasRows = allRows !== undefined && allRows.length > 0;
  const ofTarget = allRows?.filter((row) => row.target.label === target) ?? [];
  return (
    <>
      {asOf && (
        <Suspense fallback={<Skeleton rows={1} />}>
          <AsOf moment={asOf} address={address} />
        </Suspense>
      )}
      <div className="board-bar">
        <TargetSwitch track={track} targets={targets} value={target} onChange={view.setTarget} />
        <p className="verdict" aria-live="polite">
          <Verdict sentences={verdict(ofTarget, track, target, all?.random)} />
        </p>
      </div>
      {table.error && <ErrorNote error={table.error} onRetry={table.refetch} />}
      {hasRows && <Facets rows={allRows} values={facets} onChange={view.setFacet} onClear={view.clearFacets} />}
      {board.state === 'open' && hasRows && (
        <div className="column-chooser">
          <Fold title={t('board.recommend')}>
            <Recommender board={board} rows={allRows} track={track} />
          </Fold>
        </div>
      )}
      {rows && rows.length > 0 && (
        <div className="column-chooser">
          <Fold title={t('board.chooseColumns', { n: shown.length, all: columns.length })}>
            <ColumnChooser all={columns} shown={shown} onChoose={chooseColumn} onReset={reset} />
          </Fold>
        </div>
      )}
      <div className="board-split">
        <div className="board-table">
          {rows?.length === 0 &&
            (filtered ? <EmptyNote title={t('board.nothing')} /> : <Nothing board={board} target={target} />)}
          {rows && rows.length > 0 && (
            <LeaderboardTable
              board={board}
              track={track}
              rows={rows}
              columns={shown}
              caption={t('board.caption', { board: board.title, target })}
              sorting={sorting}
              onSorting={view.setSorting}
              active={active}
              onActive={setActive}
              onOpen={open}
              chosen={chosen}
              onChoose={choose}
            />
          )}
          <p className={chosen.length > 0 ? 'below is-choice' : 'below'} aria-live="polite">
            {chosen.length > 1 ? (
              <Link className="button is-small" to={comparePath(address, chosen)}>
                {t('board.compare.n', { n: chosen.length })}
              </Link>
            ) : (
              rows && rows.length > 1 && <span className="muted">{t('board.compare.hint')}</span>
            )}
            {filtered && (
              <span className="muted">{t('board.shown', { n: rows?.length ?? 0, all: ofTarget.length })}</span>
            )}
            {page?.nextCursor && <span className="muted">{t('board.more', { n: MOST_ROWS })}</span>}
          </p>
          {hasRows && <Downloads board={board} filter={filter} />}
        </div>
        {allRows && (
          <Suspense fallback={<div className="plot is-waiting" style={{ height: PLOT_HEIGHT }} />}>
            <Picture
              board={board}
              track={track}
              rows={allRows}
              target={target}
              active={active}
              onActive={setActive}
              onOpen={open}
            />
          </Suspense>
        )}
      </div>
      {track.showcase !== null && rows?.some(({ source }) => source === null) && (
        <Suspense fallback={null}>
          <WhatRowsGive board={address} track={track} rows={rows} chosen={chosen} />
        </Suspense>
      )}
      {hasRows && (
        <Fold title={t('board.between')}>
          <Budget board={board} rows={allRows} track={track} />
        </Fold>
      )}
      <Fold title={t('board.take')}>
        <ExportPanel board={board} target={target} rows={rows ?? []} track={track} />
      </Fold>
      <Fold title={t('board.differences')}>
        <DifferencesOfBoard board={address} />
      </Fold>
      <Fold title={t('board.columns')}>
        <div className="column-notes">
          <ColumnNotes columns={columns} rows={rows ?? NO_ROWS} />
        </div>
      </Fold>
      <Remarks rows={rows ?? []} />
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
  if (!board.data || !track) return <SkeletonPage />;
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
      lede={<Protocol board={board.data} track={track} />}
      actions={
        board.data.state === 'open' && (
          <Link className="button" to={`/submit?board=${id}`}>
            {t('board.submit')}
          </Link>
        )
      }
    >
      {board.data.versions.length > 1 && (
        <Suspense fallback={<Skeleton rows={1} />}>
          <Versions board={board.data} />
        </Suspense>
      )}
      {board.data.note && <Note title={board.data.note} />}
      {board.data.state === 'reported-only' && !board.data.frozen && <Closed board={board.data} />}
      <Comparison board={board.data} track={track} />
    </Page>
  );
}
