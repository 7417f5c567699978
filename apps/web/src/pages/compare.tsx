/** Rows of a board side by side: numbers, an exact paired test, widths, and a warning where they were not made alike. */

import { useQuery } from '@tanstack/react-query';
import type { Board, Comparison, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { Code } from '../components/copy.js';
import { EmptyNote, ErrorNote, Note } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { Scroll } from '../components/scroll.js';
import { SkeletonPage } from '../components/skeleton.js';
import { differences } from '../features/compare/differences.js';
import { Overlay } from '../features/compare/overlay.js';
import { Paired } from '../features/compare/paired.js';
import { PowerOfPairs } from '../features/compare/power.js';
import { Showcase } from '../features/facts/showcase.js';
import { leaderboardColumns } from '../features/leaderboard/columns.js';
import { latexTable } from '../features/leaderboard/export.js';
import { t } from '../features/row/words.js';
import { t as common } from '../lib/i18n.js';
import { boardQuery, comparisonQuery, tracksQuery } from '../lib/queries.js';
import { addressOf, trackOf } from '../lib/tracks.js';
import { useSearchParam } from '../lib/url.js';

interface Props {
  readonly board: Board;
  readonly comparison: Comparison;
  readonly track: TrackDescription;
  readonly onRemove: (id: string) => void;
}

/** The columns of the leaderboard as lines, one column a row. */
const SideBySide = ({ board, comparison: { rows }, track, onRemove }: Props) => (
  <Scroll caption={t('compare.numbers')}>
    <table className="side-by-side">
      <caption className="sr-only">{t('compare.numbers')}</caption>
      <thead>
        <tr>
          <td />
          {rows.map((row) => (
            <th key={row.id} scope="col">
              {row.label}
              <span className="muted">{` ${row.target.label}`}</span>
              <button type="button" className="link" onClick={() => onRemove(row.id)}>
                {t('compare.remove')}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {leaderboardColumns(board, rows, track)
          .filter(({ sticky }) => !sticky)
          .map(({ id, header, explain, cell }) => (
            <tr key={id}>
              <th scope="row" title={explain}>
                {header}
              </th>
              {rows.map((row) => (
                <td key={row.id}>{cell(row)}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  </Scroll>
);

const Body = (props: Props) => {
  const { board, comparison, track } = props;
  const { rows, pairs, missing } = comparison;
  const warnings = differences(rows);
  return (
    <Page
      wide
      title={t('compare.title')}
      above={<Link to={`/boards/${addressOf(board)}`}>{board.title}</Link>}
      lede={t('compare.lede', { n: rows.length, board: board.title })}
    >
      {missing.length > 0 && <Note tone="warn" title={t('compare.gone', { rows: missing.join(', ') })} />}
      {warnings.length > 0 && (
        <Note tone="warn" title={t('compare.protocol')}>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Note>
      )}
      <Section title={t('compare.numbers')}>
        <SideBySide {...props} />
      </Section>
      <Section title={t('compare.test')}>
        <Paired rows={rows} pairs={pairs} track={track} />
      </Section>
      {pairs.length > 0 && (
        <Section title={t('compare.power')}>
          <PowerOfPairs board={board} comparison={comparison} track={track} />
        </Section>
      )}
      <Section title={t('compare.widths')}>
        <Overlay board={addressOf(board)} rows={rows} />
      </Section>
      {track.showcase !== null && (
        <Section title={t('compare.shown')}>
          <Showcase board={addressOf(board)} kind={track.showcase} rows={rows} />
        </Section>
      )}
      <Section title={t('compare.export')}>
        <Code text={latexTable(board, rows[0]?.target.label ?? '', rows, track)} label={t('compare.export')} />
      </Section>
    </Page>
  );
};

const Nothing = () => (
  <Page title={t('compare.title')}>
    <EmptyNote title={t('compare.none')}>
      <p>{t('compare.none.how')}</p>
      <Link className="button" to="/boards">
        {common('nav.boards')}
      </Link>
    </EmptyNote>
  </Page>
);

export default function ComparePage() {
  const [id] = useSearchParam('board');
  const [text, setText] = useSearchParam('rows');
  const chosen = (text ?? '').split(',').filter(Boolean);
  const wanted = id !== null && chosen.length > 0;
  const board = useQuery({ ...boardQuery(id ?? ''), enabled: wanted });
  const tracks = useQuery(tracksQuery);
  const comparison = useQuery({ ...comparisonQuery(id ?? '', chosen), enabled: wanted });
  if (!wanted) return <Nothing />;
  const error = board.error ?? tracks.error ?? comparison.error;
  if (error)
    return (
      <Page title={t('compare.title')}>
        <ErrorNote error={error} onRetry={() => void Promise.all([board.refetch(), comparison.refetch()])} />
      </Page>
    );
  const track = board.data && trackOf(tracks.data?.items, board.data.track);
  if (!board.data || !track || !comparison.data) return <SkeletonPage />;
  return (
    <Body
      board={board.data}
      comparison={comparison.data}
      track={track}
      onRemove={(gone) => setText(chosen.filter((one) => one !== gone).join(','))}
    />
  );
}
