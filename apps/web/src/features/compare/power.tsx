/** How many seeds would tell two rows apart, and a button that queues them for whoever's rows they are. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Board, Comparison, MoreSeeds, Row, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { ErrorNote } from '../../components/notes.js';
import { formatFixed } from '../../lib/format.js';
import { sessionQuery } from '../../lib/queries.js';
import { queueSeeds } from '../../lib/seeds-api.js';
import { addressOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { t, tn } from '../row/words.js';

type Pair = Comparison['pairs'][number];
type Power = NonNullable<Pair['power']>;

interface Props {
  readonly board: Board;
  readonly comparison: Comparison;
  readonly track: TrackDescription;
}

const sentence = ({ verdict, missing }: Power, names: { readonly a: string; readonly b: string }): string => {
  if (verdict === 'separated') return t('compare.power.separated', names);
  if (missing === null) return t('compare.power.never', names);
  const [a, b] = missing;
  if (a === b) return tn('compare.power.both', a, names);
  if (b === 0) return tn('compare.power.one', a, names);
  if (a === 0) return tn('compare.power.one', b, { a: names.b, b: names.a });
  return t('compare.power.each', { ...names, first: a, second: b });
};

const Queued = ({ queued: { submissions, left } }: { readonly queued: MoreSeeds }) => (
  <ul className="plain-list">
    {submissions.map(({ id, label, seeds }) => (
      <li key={id}>
        <Link to={`/submissions/${id}`}>{label}</Link>
        {`: ${t('compare.queue.done', { seeds: seeds.join(', ') })}`}
      </li>
    ))}
    {left.map(({ row, label, why }) => (
      <li key={row}>{`${label}: ${t(`compare.queue.${why}`)}`}</li>
    ))}
  </ul>
);

const Queue = ({
  board,
  pair,
  rows,
}: {
  readonly board: Board;
  readonly pair: Pair;
  readonly rows: readonly Row[];
}) => {
  const session = useQuery(sessionQuery);
  const queue = useMutation({ mutationFn: () => queueSeeds(addressOf(board), [pair.a, pair.b]) });
  const user = session.data?.user;
  if (!user || board.state !== 'open') return null;
  const mine = rows.filter((row) => row.submitter?.id === user.id && row.provenance !== 'shipped');
  if (mine.length === 0) return <p className="muted">{t('compare.queue.whose')}</p>;
  return (
    <div aria-live="polite">
      {queue.data ? (
        <Queued queued={queue.data} />
      ) : (
        <button
          type="button"
          className="button is-small"
          disabled={queue.isPending}
          onClick={() => queue.mutate()}
          aria-label={t('compare.queue.label', { a: rows[0]?.label ?? '', b: rows[1]?.label ?? '' })}
        >
          {t('compare.queue')}
        </button>
      )}
      {queue.error && <ErrorNote error={queue.error} />}
    </div>
  );
};

/** Nothing for rows of version 1, and where nothing is known of how far seeds differ. */
export const PowerOfPairs = ({ board, comparison, track }: Props) => {
  const metric = mainMetric(track);
  const known = comparison.pairs.flatMap((pair) => (pair.power ? [{ pair, power: pair.power }] : []));
  if (known.length === 0) return <p className="muted">{t('compare.power.none')}</p>;
  const rowOf = (id: string) => comparison.rows.find((row) => row.id === id);
  return (
    <>
      <p className="muted">{t('compare.power.how')}</p>
      <ul className="pairs">
        {known.map(({ pair, power }) => {
          const rows = [rowOf(pair.a), rowOf(pair.b)].filter((row) => row !== undefined);
          const names = { a: rows[0]?.label ?? pair.a, b: rows[1]?.label ?? pair.b };
          const least = `${formatFixed(power.detectable, metric.digits)} ${differenceUnit(metric)}`.trim();
          return (
            <li key={`${pair.a} ${pair.b}`}>
              <p>
                {sentence(power, names)} {power.verdict !== 'separated' && t('compare.power.detectable', { least })}
              </p>
              {power.verdict === 'more seeds' && <Queue board={board} pair={pair} rows={rows} />}
            </li>
          );
        })}
      </ul>
    </>
  );
};
