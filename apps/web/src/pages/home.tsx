/** The first screen: what this is, one live picture, three ways in, what runs now and what came out last. */

import { useQuery } from '@tanstack/react-query';
import type { Board, SubmissionItem } from '@topiary/contracts';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Ago } from '../components/figures.js';
import { StateMark } from '../components/marks.js';
import { ErrorNote } from '../components/notes.js';
import { Section } from '../components/page.js';
import { Skeleton } from '../components/skeleton.js';
import { t, tn } from '../features/home/words.js';
import { paretoData } from '../features/plot/pareto-data.js';
import { ParetoPlot } from '../features/plot/pareto-plot.js';
import { summaryText } from '../features/submission/summary.js';
import { boardsQuery, isOver, leaderboardQuery, recentQuery, tracksQuery } from '../lib/queries.js';
import { boardTitle, controlOf, trackIdOf, trackOf } from '../lib/tracks.js';

const HEIGHT = 340;

/** The board with most to see: one that runs here before one from papers, and none that is empty while another is not. */
const busiest = (boards: readonly Board[]): Board | undefined =>
  [...boards].sort(
    (a, b) =>
      Number(b.best.length > 0) - Number(a.best.length > 0) ||
      Number(b.state === 'open') - Number(a.state === 'open') ||
      b.methods - a.methods ||
      (b.lastActivity ?? '').localeCompare(a.lastActivity ?? ''),
  )[0];

const Front = ({ board }: { readonly board: Board }) => {
  const navigate = useNavigate();
  const [active, setActive] = useState<string | null>(null);
  const { data: tracks } = useQuery(tracksQuery);
  const { data } = useQuery(leaderboardQuery(board.id));
  const track = trackOf(tracks?.items, board.track);
  const rows = useDeferredValue(data)?.rows;
  const drawn = useMemo(
    () => (track && rows ? paretoData(board, rows, track, { target: null }) : null),
    [board, rows, track],
  );
  const open = useCallback(
    (id: string) => {
      const submission = rows?.find((row) => row.id === id)?.submission;
      navigate(submission ? `/submissions/${submission}` : `/boards/${board.id}`);
    },
    [navigate, rows, board.id],
  );
  const axes = { x: drawn?.x.title ?? '', y: drawn?.y.title ?? '' };
  const label = t('home.figure.label', { board: board.title, ...axes });
  const control = track && controlOf(track);
  return (
    <figure className="figure hero-figure">
      {drawn ? (
        <ParetoPlot data={drawn} height={HEIGHT} label={label} active={active} onActive={setActive} onOpen={open} />
      ) : (
        <div className="plot is-waiting" style={{ height: HEIGHT }} />
      )}
      <figcaption>
        <Link to={`/boards/${board.id}`}>{board.title}</Link>
        {'. '}
        {board.methods === 0
          ? t('home.figure.empty')
          : drawn && t('home.figure.caption', { ...axes, methods: tn('board.methods', board.methods) })}
        {board.methods > 0 && control && ` ${t('board.plot.control', { control: control.title })}`}
      </figcaption>
    </figure>
  );
};

const Live = ({ items, boards }: { readonly items: readonly SubmissionItem[]; readonly boards: readonly Board[] }) => {
  if (items.length === 0) {
    return (
      <p className="muted">
        {t('home.idle')} <Link to="/submit">{t('home.idle.go')}</Link>
      </p>
    );
  }
  return (
    <ul className="run-list">
      {items.slice(0, 6).map((submission) => (
        <li key={submission.id}>
          <Link to={`/submissions/${submission.id}`}>{submission.label}</Link>
          <span className="muted">{boardTitle(boards, submission.board)}</span>
          <StateMark state={submission.state} />
          <progress max={1} value={submission.progress} aria-label={t('state.progress')} />
        </li>
      ))}
    </ul>
  );
};

const Newest = ({
  items,
  boards,
}: {
  readonly items: readonly SubmissionItem[];
  readonly boards: readonly Board[];
}) => {
  const { data: tracks } = useQuery(tracksQuery);
  if (items.length === 0) return <p className="muted">{t('home.noResults')}</p>;
  return (
    <ul className="run-list">
      {items.slice(0, 6).map((submission) => (
        <li key={submission.id}>
          <Link to={`/submissions/${submission.id}`}>{submission.label}</Link>
          <span className="muted">{boardTitle(boards, submission.board)}</span>
          <span className="result-text">
            {summaryText(submission, trackOf(tracks?.items, trackIdOf(submission.board)))}
          </span>
          <span className="muted">
            <Ago iso={submission.finishedAt ?? submission.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
};

export default function HomePage() {
  const boards = useQuery(boardsQuery);
  const recent = useQuery(recentQuery);
  const board = boards.data && busiest(boards.data.items);
  const known = boards.data?.items ?? [];
  const submissions = recent.data?.items;
  return (
    <div className="page">
      <title>{t('home.window')}</title>
      <div className="hero">
        <div className="hero-words">
          <h1>{t('home.title')}</h1>
          <p className="lede">{t('home.lede')}</p>
          <ul className="ways">
            <li>
              <Link to="/boards" className="button">
                {t('home.browse')}
              </Link>
              <span>{t('home.browse.why')}</span>
            </li>
            <li>
              <Link to="/submit" className="button is-quiet">
                {t('home.submit')}
              </Link>
              <span>{t('home.submit.why')}</span>
            </li>
            <li>
              <Link to="/docs/self-hosting" className="button is-quiet">
                {t('home.host')}
              </Link>
              <span>{t('home.host.why')}</span>
            </li>
          </ul>
        </div>
        {boards.error ? (
          <ErrorNote error={boards.error} onRetry={boards.refetch} />
        ) : board ? (
          <Front board={board} />
        ) : (
          <figure className="figure">
            <div className="plot is-waiting" style={{ height: HEIGHT }} />
            <figcaption />
          </figure>
        )}
      </div>
      <div className="two-columns">
        <Section title={t('home.now')} aside={<Link to="/submissions">{t('home.all')}</Link>}>
          {recent.error && !boards.error ? <ErrorNote error={recent.error} onRetry={recent.refetch} /> : null}
          {recent.isPending && <Skeleton rows={3} />}
          {submissions && <Live items={submissions.filter((item) => !isOver(item))} boards={known} />}
        </Section>
        <Section title={t('home.newest')}>
          {recent.isPending && <Skeleton rows={3} />}
          {submissions && <Newest items={submissions.filter(({ state }) => state === 'done')} boards={known} />}
        </Section>
      </div>
    </div>
  );
}
