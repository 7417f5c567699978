/** "I can spend so much and lose so much": three fields in the address, and what the board recommends. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AxisDescription, Board, Row, TrackDescription } from '@topiary/contracts';
import { useDeferredValue } from 'react';
import { ErrorNote } from '../../components/notes.js';
import { Skeleton } from '../../components/skeleton.js';
import { recommendationQuery } from '../../lib/recommend-api.js';
import { addressOf, costOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { useSearchParam } from '../../lib/url.js';
import { Advice } from './advice.js';
import { t } from './words.js';

interface Props {
  readonly board: Board;
  readonly rows: readonly Row[];
  readonly track: TrackDescription;
}

/** What a person typed as a number; null: nothing that can be asked. */
const numberIn = (text: string | null, least: number): number | null => {
  const value = Number((text ?? '').replace(',', '.'));
  return text?.trim() && Number.isFinite(value) && value >= least ? value : null;
};

/** Times where some were taken, else what targets are on. */
const firstAxis = ({ axes, targetAxis }: TrackDescription, rows: readonly Row[]): AxisDescription =>
  axes.find((axis) => axis.perMachine && rows.some((row) => row.latency !== null && costOf(row, axis) !== null)) ??
  axes.find(({ id }) => id === targetAxis)!;

const NumberField = ({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
}) => (
  <label className="facet">
    <span>{label}</span>
    <input
      type="text"
      inputMode="decimal"
      size={9}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
    />
  </label>
);

export default function Recommender({ board, rows, track }: Props) {
  // `latency:0.5`: a number without its axis would mean something else once times are there
  const [wish, setWish] = useSearchParam('spend');
  const [lose, setLose] = useSearchParam('lose');
  const [, by = '', spend = ''] = /^([\w-]+):(.*)$/.exec(wish ?? '') ?? [];
  const axis = track.axes.find(({ id }) => id === by) ?? firstAxis(track, rows);
  const metric = mainMetric(track);
  const base = rows.map((row) => costOf(row, axis)?.base ?? null).find((value) => value !== null) ?? null;
  const typed = numberIn(spend, 1e-9);
  // of what is counted a share says more than a number of nine figures
  const most = typed === null || axis.perMachine ? typed : base === null ? null : (typed / 100) * base;
  const wished = useDeferredValue(JSON.stringify({ axis: axis.id, spend: most, lose: numberIn(lose, -1e9) }));
  const found = useQuery({
    ...recommendationQuery(addressOf(board), JSON.parse(wished)),
    placeholderData: keepPreviousData,
  });
  const isAsked = most !== null || numberIn(lose, -1e9) !== null;
  return (
    <div className="recommender">
      <div className="facets">
        <NumberField
          label={
            axis.perMachine ? t('recommend.spend.time', { unit: axis.unit || axis.title }) : t('recommend.spend.share')
          }
          value={spend}
          onChange={(text) => setWish(text === '' ? null : `${axis.id}:${text}`)}
        />
        <label className="facet">
          <span>{t('recommend.of')}</span>
          <select value={axis.id} onChange={(event) => setWish(`${event.target.value}:${spend}`)}>
            {track.axes.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <NumberField
          label={t('recommend.lose', { unit: differenceUnit(metric) || metric.title })}
          value={lose}
          onChange={setLose}
        />
      </div>
      <div aria-live="polite">
        {!isAsked ? (
          <p className="muted">{t('recommend.how')}</p>
        ) : found.error ? (
          <ErrorNote error={found.error} onRetry={found.refetch} />
        ) : found.data ? (
          <Advice found={found.data} board={board} track={track} wished={JSON.parse(wished)} />
        ) : (
          <Skeleton rows={4} />
        )}
      </div>
    </div>
  );
}
