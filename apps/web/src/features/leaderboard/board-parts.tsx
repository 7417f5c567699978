/** What stands around the table of a board: remarks of papers, what to do when it is empty, folds, downloads. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { type ReactNode, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { EmptyNote, Note } from '../../components/notes.js';
import { Skeleton } from '../../components/skeleton.js';
import { leaderboardPath } from '../../lib/api.js';
import { formatCount, formatFixed } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { addressOf, baseMetric, mainMetric } from '../../lib/tracks.js';

export const Remarks = ({ rows }: { readonly rows: readonly Row[] }) => {
  const noted = rows.filter(({ note }) => note !== null);
  if (noted.length === 0) return null;
  return (
    <details className="column-notes">
      <summary>{t('board.remarks')}</summary>
      <dl className="facts">
        {noted.map(({ id, label, note }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd>{note}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
};

/** What is the same for all its rows, and where they begin. */
export const Protocol = ({ board, track }: { readonly board: Board; readonly track: TrackDescription }) => {
  const metric = mainMetric(track);
  const base = baseMetric(board, metric);
  return (
    <>
      {board.protocol} <Link to="/rules">{t('board.rules')}</Link>
      {board.targetsBecause && (
        <span className="base-line">{t('board.targetsBecause', { why: board.targetsBecause })}</span>
      )}
      {board.testSplit && <span className="base-line">{t(`board.testSplit.${board.testSplit}`)}</span>}
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

/** Why it takes no submissions, and how it would. */
export const Closed = ({ board }: { readonly board: Board }) => (
  <Note tone="warn" title={t('board.closed')}>
    <p>{board.reason}</p>
    {!board.closed && (
      <p>
        <Link to="/docs/self-hosting#data-sets-and-closed-boards">{t('board.closed.how')}</Link>
      </p>
    )}
  </Note>
);

export const Nothing = ({ board, target }: { readonly board: Board; readonly target: string }) => (
  <EmptyNote title={t('board.empty', { target })}>
    {board.state === 'open' && (
      <Link className="button" to={`/submit?board=${board.id}&target=${target}`}>
        {t('board.first')}
      </Link>
    )}
  </EmptyNote>
);

/** What is folded away until somebody wants it; its code and its drawing come then. */
export const Fold = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && <Suspense fallback={<Skeleton rows={4} />}>{children}</Suspense>}
    </details>
  );
};

export const Downloads = ({
  board,
  filter,
}: {
  readonly board: Board;
  readonly filter: Readonly<Record<string, string | undefined>>;
}) => (
  <p className="below">
    <a href={`/api/v1${leaderboardPath(addressOf(board), { ...filter, format: 'csv' })}`} download>
      {t('board.csv')}
    </a>
    <a href={`/api/v1${leaderboardPath(addressOf(board), { ...filter, format: 'parquet' })}`} download>
      {t('board.parquet')}
    </a>
    <a href={`/api/v1${leaderboardPath(addressOf(board), filter)}`}>{t('board.json')}</a>
    <a href={`/api/v1/boards/${addressOf(board)}/feed.atom`}>{t('board.feed')}</a>
  </p>
);
