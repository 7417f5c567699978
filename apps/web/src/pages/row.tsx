/** One row of a leaderboard, at an address that does not change: its numbers, where they come from, how to repeat them. */

import { useQuery } from '@tanstack/react-query';
import type { Board, Row, Submission, TrackDescription } from '@topiary/contracts';
import { useDeferredValue } from 'react';
import { Link, useParams } from 'react-router';
import { Code } from '../components/copy.js';
import { PersonLink, ProvenanceMark } from '../components/marks.js';
import { ErrorNote } from '../components/notes.js';
import { Page, Section } from '../components/page.js';
import { SkeletonPage } from '../components/skeleton.js';
import { Facts as RunFacts } from '../features/facts/facts.js';
import { DisputedMark } from '../features/leaderboard/disputed.js';
import { flagWords } from '../features/leaderboard/flags.js';
import { partTitle } from '../features/leaderboard/ranking-title.js';
import { comparePath, isSameTier, metricOf, rankText, rowPath, signedRank } from '../features/leaderboard/rows.js';
import { bibtexOf, cffOf } from '../features/row/cite.js';
import { Explained, NeighbourWidths } from '../features/row/explained.js';
import { Here } from '../features/row/here.js';
import { RowNumbers } from '../features/row/numbers.js';
import { t as told } from '../features/row/recipe-words.js';
import { t } from '../features/row/words.js';
import { againBody } from '../features/submission/again.js';
import { Downloads } from '../features/submission/downloads.js';
import { cliFor, curlFor } from '../features/submit-form/curl.js';
import { formAddress } from '../features/submit-form/initial.js';
import { artefactUrl } from '../lib/api.js';
import { formatDateTime, formatDuration, formatFixed, measure, measureText } from '../lib/format.js';
import { t as common } from '../lib/i18n.js';
import { boardQuery, leaderboardQuery, rowShownQuery, submissionQuery, tracksQuery } from '../lib/queries.js';
import { addressOf, controlOf, differenceUnit, mainMetric, trackOf } from '../lib/tracks.js';

interface Props {
  readonly board: Board;
  readonly row: Row;
  readonly rows: readonly Row[];
  readonly track: TrackDescription;
}

/** What the numbers say, in a line. */
const sentences = ({ row, rows, track }: Props): string[] => {
  const metric = mainMetric(track);
  const found = metricOf(row, metric.id);
  const control = controlOf(track)?.title ?? '';
  if (!found) return [t('row.noRank')];
  const peers = rows.filter((other) => other.ranking === row.ranking && other.control !== 'widths');
  const place = rankText(row, rows);
  const value = measureText(measure(found, metric));
  const unit = differenceUnit(metric);
  const above = row.aboveRandom && measureText(measure(row.aboveRandom, { ...metric, unit, signed: true }));
  const alike = peers.filter((other) => other.id !== row.id && isSameTier(row, other)).map(({ label }) => label);
  return [
    place === '–' ? t('row.noRank') : t('row.rank', { rank: place, n: peers.length, target: row.target.label }),
    above
      ? t('row.value', { metric: metric.title, value, above: t('row.above', { value: above, control }) })
      : t('row.value.alone', { metric: metric.title, value }),
    ...(alike.length > 0 ? [t('row.tier', { rows: alike.slice(0, 4).join('; ') })] : []),
  ];
};

const seconds = (value: number | null): string => (value === null ? t('row.unknown') : formatDuration(value));

/** By name where it is a known part of the test pictures. */
const splitText = ({ splitHash }: Pick<Row, 'splitHash'>, board: Pick<Board, 'parts'>): string => {
  if (!splitHash) return t('row.unknown');
  const part = partTitle(splitHash, board);
  return part === undefined ? splitHash.slice(0, 16) : `${part} (${splitHash.slice(0, 8)})`;
};

const Facts = ({ board, row }: Pick<Props, 'board' | 'row'>) => {
  const { source, note } = row;
  const facts: readonly (readonly [string, string])[] = [
    [t('row.achieved'), `${formatFixed(row.achieved, 3)}x`],
    [t('row.seeds'), row.seeds.length > 0 ? row.seeds.join(', ') : t('row.unknown')],
    [t('row.machine'), row.machine || t('row.unknown')],
    [t('row.seconds'), seconds(row.seconds)],
    [t('row.step'), seconds(row.stepSeconds)],
    ...(row.epochSeconds === null ? [] : [[t('row.epoch'), seconds(row.epochSeconds)] as const]),
    [t('row.split'), splitText(row, board)],
    ...(row.at ? [[common('column.date'), formatDateTime(row.at)] as const] : []),
    ...(note ? [[t('row.note'), note] as const] : []),
  ];
  return (
    <dl className="facts">
      <div>
        <dt>{common('column.provenance')}</dt>
        <dd>
          <ProvenanceMark provenance={row.provenance} /> {common(`provenance.${row.provenance}.meaning`)}
        </dd>
      </div>
      {row.submitter && (
        <div>
          <dt>{common('column.by')}</dt>
          <dd>
            <PersonLink person={row.submitter} />
          </dd>
        </div>
      )}
      {source && (
        <div>
          <dt>{t('row.source')}</dt>
          <dd>
            <a href={source.url}>{source.title}</a>
            {`, ${source.table}, ${source.year}`}
          </dd>
        </div>
      )}
      {row.splits && (
        <div>
          <dt>{t('row.splits')}</dt>
          <dd>
            {t('row.splits.text', { ...row.splits, delta: signedRank(row.splits) })}{' '}
            <Link to={rowPath(addressOf(board), { id: row.splits.row })}>{t('row.splits.other')}</Link>
          </dd>
        </div>
      )}
      {row.flags.map(flagWords).map(({ title, meaning }) => (
        <div key={title}>
          <dt>{t('row.remark')}</dt>
          <dd>
            <span className="tag">{title}</span> {meaning}
          </dd>
        </div>
      ))}
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const Kept = ({ submission, target }: { readonly submission: Submission; readonly target: string }) => (
  <ul className="plain-list">
    {submission.runs.flatMap((run) => {
      const kept = run.target?.label === target && run.result?.artefacts.find(({ kind }) => kind === 'kept');
      return kept
        ? [
            <li key={run.id}>
              <a href={artefactUrl(kept.sha256)} download={`${run.id}-kept.json`}>
                {t('row.kept', { seed: run.seed })}
              </a>
            </li>,
          ]
        : [];
    })}
  </ul>
);

/** A picture of the row that is up to date wherever it is shown. */
const Badge = ({ board, row }: Pick<Props, 'board' | 'row'>) => {
  const picture = `/api/v1/boards/${addressOf(board)}/rows/${row.id}/badge.svg`;
  const { origin } = window.location;
  const alt = `${row.label}, ${board.title} ${row.target.label}`;
  return (
    <>
      <p>
        <img src={picture} alt={alt} height={20} />
      </p>
      <Code
        text={`[![${alt}](${origin}${picture})](${origin}${rowPath(addressOf(board), row)})`}
        label={t('row.badge')}
      />
    </>
  );
};

/** A recipe or a file can be sent again; a printed number whose method is none of ours cannot. */
const Reproduce = ({ board, row }: Pick<Props, 'board' | 'row'>) => {
  const submission = useQuery({ ...submissionQuery(row.submission ?? ''), enabled: row.submission !== null });
  const again = {
    board: board.id,
    recipe: row.recipe,
    targets: [row.target],
    seeds: row.seeds.length ? row.seeds : [0],
  };
  // What comes with the project or from a paper is a recipe.
  const kind = row.submission === null ? 'recipe' : submission.data?.kind;
  const body = kind && againBody({ ...again, kind, targets: [row.target.label] });
  if (!body) return null;
  return (
    <Section title={t('row.reproduce')}>
      <div className="stack">
        <p>{t('row.reproduce.how')}</p>
        {board.state === 'open' && kind === 'recipe' && (
          <p>
            <Link className="button is-quiet" to={formAddress(again)}>
              {t('row.again')}
            </Link>
          </p>
        )}
        <Code text={cliFor(window.location.origin, body)} label={t('row.reproduce.cli')} />
        <Code text={curlFor(window.location.origin, body)} label={t('row.reproduce.curl')} />
        {submission.data && <Kept submission={submission.data} target={row.target.label} />}
      </div>
    </Section>
  );
};

/** What the row's first run at this target shows: widths, pictures, schedules. */
const Shown = ({ board, row }: Pick<Props, 'board' | 'row'>) => {
  const shown = useQuery(rowShownQuery(addressOf(board), row.id)).data;
  const { data } = useQuery({ ...submissionQuery(row.submission ?? ''), enabled: row.submission !== null });
  const run = data?.runs.find(({ id }) => id === shown?.run);
  return (
    <>
      {shown && <RunFacts result={shown} board={addressOf(board)} />}
      {run && (
        <Section title={told('explained.files', { seed: run.seed })}>
          <Downloads run={run} />
        </Section>
      )}
    </>
  );
};

const Body = (props: Props) => {
  const { board, row, rows, track } = props;
  const isAbove = ({ ranking, rank }: Row) =>
    ranking === row.ranking && rank !== null && row.rank !== null && rank < row.rank;
  const above = rows.filter(isAbove).at(-1);
  return (
    <Page
      title={t('row.title', { method: row.label, target: row.target.label })}
      above={
        <>
          <Link to="/boards">{common('nav.boards')}</Link>
          {` / ${track.title} / `}
          <Link to={`/boards/${addressOf(board)}?target=${row.target.label}`}>{board.title}</Link>
        </>
      }
      lede={
        <>
          {sentences(props).join(' ')} <DisputedMark row={row} />
        </>
      }
      actions={
        above && (
          <Link className="button is-quiet" to={comparePath(addressOf(board), [above.id, row.id])}>
            {t('row.compare')}
          </Link>
        )
      }
    >
      <Section
        title={t('row.numbers')}
        aside={row.submission && <Link to={`/submissions/${row.submission}`}>{t('row.submission')}</Link>}
      >
        <RowNumbers row={row} track={track} />
      </Section>
      <div className="two-columns">
        <Explained row={row} />
        <Section title={told('here.title')}>
          <Here board={board} track={track} rows={rows} row={row} />
        </Section>
      </div>
      <Shown board={board} row={row} />
      <NeighbourWidths board={addressOf(board)} row={row} rows={rows} />
      <div className="two-columns">
        <Section title={t('row.facts')}>
          <Facts board={board} row={row} />
        </Section>
        <Section title={t('row.cite')}>
          <div className="stack">
            <Code text={bibtexOf({ board, row, address: window.location.href })} label={t('row.bibtex')} />
            <details>
              <summary>{t('row.cff')}</summary>
              <Code text={cffOf({ board, row, address: window.location.href })} label={t('row.cff')} />
            </details>
            <Badge board={board} row={row} />
          </div>
        </Section>
      </div>
      {Object.keys(row.recipe).length > 0 && <Reproduce board={board} row={row} />}
    </Page>
  );
};

export default function RowPage() {
  const { id = '', row: rowId = '' } = useParams();
  const board = useQuery(boardQuery(id));
  const tracks = useQuery(tracksQuery);
  const table = useQuery(leaderboardQuery(id));
  const error = board.error ?? tracks.error ?? table.error;
  const track = board.data && trackOf(tracks.data?.items, board.data.track);
  // drawn in slices, so that a phone answers meanwhile
  const rows = useDeferredValue(table.data)?.rows;
  const row = rows?.find((one) => one.id === rowId);
  if (board.data && track && row && rows) return <Body board={board.data} row={row} rows={rows} track={track} />;
  if (!error && !(rows && board.data && tracks.data)) return <SkeletonPage />;
  return (
    <Page title={t('row.missing')} lede={t('row.missing.why')}>
      {error && <ErrorNote error={error} onRetry={() => void Promise.all([board.refetch(), table.refetch()])} />}
      <p>
        <Link to={`/boards/${id}`}>{common('board.all')}</Link>
      </p>
    </Page>
  );
}
