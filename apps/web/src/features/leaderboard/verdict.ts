/** What a leaderboard says, in a sentence or two: who leads, how surely, and who is no better than chance. */
import type { MetricDescription, RandomBar, Row, TrackDescription } from '@topiary/contracts';
import { decimalsFor, formatFixed, measure, measureText } from '../../lib/format.js';
import { t, tn } from '../../lib/i18n.js';
import { controlOf, differenceUnit, isControl, mainMetric } from '../../lib/tracks.js';
import { metricOf, rankingsOf } from './rows.js';

/** Where random pruning is not known well enough: why, and what would help. */
const barText = (bar: RandomBar | undefined, { digits }: Pick<MetricDescription, 'digits'>): string[] => {
  if (bar === undefined || bar.verdict === 'fit') return [];
  if (bar.verdict === 'none') return [t('board.random.none')];
  const width = bar.low === null || bar.high === null ? null : (bar.high - bar.low) / 2;
  const half = width === null ? '?' : formatFixed(width, Math.max(1, decimalsFor(width, digits)));
  return [tn(bar.verdict === 'unfit' ? 'board.random.unfit' : 'board.random.more-seeds', bar.seeds, { half })];
};

/** `random`: how well random pruning is known, by ranking; empty in version 1. */
export const verdict = (
  rows: readonly Row[],
  track: TrackDescription,
  target: string,
  random: Readonly<Record<string, RandomBar>> = {},
): readonly string[] => {
  const metric = mainMetric(track);
  const control = controlOf(track)?.title ?? '';
  const rankings = rankingsOf(rows, track);
  const told = rankings.find(({ kind }) => kind !== 'reported') ?? rankings[0];
  const ranked = (told?.rows ?? []).filter((row) => row.rank !== null);
  const first = ranked.find((row) => row.rank === 1);
  const value = first && metricOf(first, metric.id);
  const bar = barText(told && random[told.key], metric);
  if (!first || !value) return bar;
  const sentences = [
    t(told?.kind === 'reported' ? 'verdict.reported' : 'verdict.leads', {
      method: first.label,
      target,
      value: measureText(measure(value, metric)),
    }),
  ];
  if (first.aboveRandom && !isControl(first, track)) {
    const above = measure(first.aboveRandom, { ...metric, unit: differenceUnit(metric) });
    sentences.push(t('verdict.above', { value: measureText(above), control }));
  }
  const tied = ranked.filter((row) =>
    row.place ? row.place.from === 1 : row.tier !== null && row.tier === first.tier,
  ).length;
  if (tied > 1) sentences.push(tn('verdict.tied', tied));
  const chance = ranked.filter((row) => !isControl(row, track) && (row.aboveRandom?.low ?? 1) <= 0).length;
  if (chance > 0) sentences.push(tn('verdict.chance', chance, { control }));
  return [...sentences, ...bar];
};
