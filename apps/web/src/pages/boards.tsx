/** All boards by track: which are there, what they start from, and the best that was reached at each target. */

import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription, TrackDescription } from '@topiary/contracts';

import { Link } from 'react-router';
import { Ago } from '../components/figures.js';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { Skeleton } from '../components/skeleton.js';
import { t } from '../features/home/words.js';
import { DotStrip, stripScale } from '../features/plot/dot-strip.js';
import { formatFixed } from '../lib/format.js';
import { matches } from '../lib/match.js';
import { boardsQuery, methodsQuery, tracksQuery } from '../lib/queries.js';
import { baseMetric } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

const BoardRow = ({ board, track, all }: { board: Board; track: TrackDescription; all: readonly Board[] }) => {
  const metric = track.metrics[0]!;
  const base = baseMetric(board, metric);
  return (
    <tr>
      <th scope="row" className="sticky">
        <Link to={`/boards/${board.id}`}>{board.title}</Link>
        {board.state === 'reported-only' && (
          <span className="tag">{t(board.closed ? 'board.state.closed' : 'board.state.reported-only')}</span>
        )}
      </th>
      <td className="in-title">{board.model}</td>
      <td className="in-title">{board.dataset}</td>
      <td
        className={base === undefined ? 'numeric is-absent' : 'numeric'}
        data-label={t('boards.base', { metric: metric.title })}
      >
        {base === undefined ? '–' : `${formatFixed(base, metric.digits)} ${metric.unit}`}
      </td>
      <td className="numeric" data-label={t('boards.methods')}>
        {board.methods}
      </td>
      <td className={board.best.length === 0 ? 'strip is-absent' : 'strip'} data-label={t('boards.best')}>
        {board.best.length === 0 ? (
          <span className="muted no-strip">{t('boards.noBest')}</span>
        ) : (
          <DotStrip board={board} metric={metric} scale={stripScale(all, metric.id)} />
        )}
      </td>
      <td className={board.lastActivity ? undefined : 'is-absent'} data-label={t('boards.activity')}>
        {board.lastActivity ? <Ago iso={board.lastActivity} /> : <span className="muted">–</span>}
      </td>
    </tr>
  );
};

const TrackBoards = ({ track, boards }: { readonly track: TrackDescription; readonly boards: readonly Board[] }) => (
  <Section title={track.title}>
    <p className="section-lede">{track.summary}</p>
    <Scroll caption={track.title}>
      <table className="boards">
        <caption className="sr-only">{t('boards.caption', { track: track.title })}</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky">
              {t('boards.board')}
            </th>
            <th scope="col">{t('boards.model')}</th>
            <th scope="col">{t('boards.dataset')}</th>
            <th scope="col" className="numeric">
              {t('boards.base', { metric: track.metrics[0]?.title ?? '' })}
            </th>
            <th scope="col" className="numeric">
              {t('boards.methods')}
            </th>
            <th scope="col">{t('boards.best')}</th>
            <th scope="col">{t('boards.activity')}</th>
          </tr>
        </thead>
        <tbody>
          {boards.map((board) => (
            <BoardRow key={board.id} board={board} track={track} all={boards} />
          ))}
        </tbody>
      </table>
    </Scroll>
  </Section>
);

const MethodHits = ({ methods }: { readonly methods: readonly MethodDescription[] }) =>
  methods.length > 0 && (
    <Section title={t('boards.methodHits')}>
      <ul className="plain-list">
        {methods.map(({ kind, id, title, summary }) => (
          <li key={`${kind}/${id}`}>
            <Link to={`/methods/${kind}/${id}`}>{title}</Link> <span className="muted">{summary}</span>
          </li>
        ))}
      </ul>
    </Section>
  );

export default function BoardsPage() {
  const boards = useQuery(boardsQuery);
  const tracks = useQuery(tracksQuery);
  const methods = useQuery(methodsQuery);
  const [query] = useSearchParam('q');
  const [state, setState] = useSearchParam('state');
  const error = boards.error ?? tracks.error;
  const found = (boards.data?.items ?? []).filter(
    (board) => matches(query, board.title, board.id, board.protocol) && (state !== 'open' || board.state === 'open'),
  );
  const shown = (tracks.data?.items ?? [])
    .map((track) => ({ track, boards: found.filter((board) => board.track === track.id) }))
    .filter((group) => group.boards.length > 0);
  const hits = query ? (methods.data?.items ?? []).filter((m) => matches(query, m.id, m.title, m.summary)) : [];
  return (
    <Page
      title={t('boards.title')}
      lede={
        <>
          {t('boards.lede')} <Link to="/overall">{t('boards.overall')}</Link>
        </>
      }
      actions={
        <label className="choice">
          <input
            type="checkbox"
            checked={state === 'open'}
            onChange={(event) => setState(event.target.checked ? 'open' : null)}
          />
          {t('boards.onlyOpen')}
        </label>
      }
    >
      {error && <ErrorNote error={error} onRetry={() => void Promise.all([boards.refetch(), tracks.refetch()])} />}
      {!error && (boards.isPending || tracks.isPending) && <Skeleton rows={4} height={56} />}
      <div aria-live="polite">
        {boards.data && tracks.data && shown.length === 0 && (
          <EmptyNote title={query ? t('boards.noMatch', { query }) : t('boards.none')}>
            {query && <Link to="/boards">{t('boards.showAll')}</Link>}
          </EmptyNote>
        )}
      </div>
      {shown.map((group) => (
        <TrackBoards key={group.track.id} track={group.track} boards={group.boards} />
      ))}
      <MethodHits methods={hits} />
    </Page>
  );
}
