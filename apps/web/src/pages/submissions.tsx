/** All submissions, newest first. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { SubmissionItem } from '@topiary/contracts';
import { Link } from 'react-router';
import { Ago } from '../components/figures.js';
import { StateMark } from '../components/marks.js';
import { EmptyNote, ErrorNote } from '../components/notes.js';
import { Page } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { Skeleton } from '../components/skeleton.js';
import { summaryText } from '../features/submission/summary.js';
import { t } from '../features/submission/words.js';
import { matches } from '../lib/match.js';
import { boardsQuery, submissionsQuery, tracksQuery } from '../lib/queries.js';
import { boardTitle, trackIdOf, trackOf } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

const Row = ({ submission }: { readonly submission: SubmissionItem }) => {
  const { data: boards } = useQuery(boardsQuery);
  const { data: tracks } = useQuery(tracksQuery);
  const { id, label, title, board, state, progress, targets, seeds, createdAt } = submission;
  return (
    <tr>
      <th scope="row" className="sticky">
        <Link to={`/submissions/${id}`}>{label}</Link>
        {title && <span className="muted second-line">{title}</span>}
      </th>
      <td>
        <Link to={`/boards/${board}`}>{boardTitle(boards?.items, board)}</Link>
      </td>
      <td>{targets.map((target) => target.label).join(', ')}</td>
      <td className="numeric">{seeds.length}</td>
      <td className="state-cell">
        <StateMark state={state} />
        {submission.private && <span className="tag">{t('private.mark')}</span>}
        {state === 'running' && <progress max={1} value={progress} aria-label={t('state.progress')} />}
      </td>
      <td>{summaryText(submission, trackOf(tracks?.items, trackIdOf(board)))}</td>
      <td>
        <Ago iso={createdAt} />
      </td>
    </tr>
  );
};

const Table = ({ items }: { readonly items: readonly SubmissionItem[] }) => (
  <Scroll caption={t('submissions.title')}>
    <table>
      <caption className="sr-only">{t('submissions.title')}</caption>
      <thead>
        <tr>
          <th scope="col" className="sticky">
            {t('column.method')}
          </th>
          <th scope="col">{t('boards.board')}</th>
          <th scope="col">{t('submissions.targets')}</th>
          <th scope="col" className="numeric">
            {t('column.seeds')}
          </th>
          <th scope="col">{t('submissions.state')}</th>
          <th scope="col">{t('submission.result')}</th>
          <th scope="col">{t('submissions.sent')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((submission) => (
          <Row key={submission.id} submission={submission} />
        ))}
      </tbody>
    </table>
  </Scroll>
);

export default function SubmissionsPage() {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(submissionsQuery);
  const [query] = useSearchParam('q');
  const [state, setState] = useSearchParam('state');
  const all = data?.pages.flatMap((page) => page.items) ?? [];
  const shown = all.filter(
    (item) => matches(query, item.label, item.title, item.board, item.id) && (!state || item.state === state),
  );
  return (
    <Page
      title={t('submissions.title')}
      lede={t('submissions.lede')}
      actions={
        <label className="inline-field">
          {t('submissions.state')}
          <select value={state ?? ''} onChange={(event) => setState(event.target.value || null)}>
            <option value="">{t('submissions.any')}</option>
            {STATES.map((option) => (
              <option key={option} value={option}>
                {t(`state.${option}`)}
              </option>
            ))}
          </select>
        </label>
      }
    >
      {error && <ErrorNote error={error} onRetry={refetch} />}
      {isPending && !error && <Skeleton rows={8} />}
      {data && shown.length === 0 && (
        <EmptyNote title={all.length === 0 ? t('submissions.none') : t('submissions.noMatch')}>
          {all.length === 0 && (
            <Link className="button" to="/submit">
              {t('home.submit')}
            </Link>
          )}
        </EmptyNote>
      )}
      {shown.length > 0 && <Table items={shown} />}
      {hasNextPage && (
        <p className="below">
          <button
            type="button"
            className="button is-quiet"
            disabled={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t('submissions.more')}
          </button>
        </p>
      )}
    </Page>
  );
}
