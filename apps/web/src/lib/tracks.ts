/** Look-ups in the catalogue that many screens need. */
import type { Board, MetricDescription, TrackDescription } from '@topiary/contracts';

export const trackOf = (tracks: readonly TrackDescription[] | undefined, id: string): TrackDescription | undefined =>
  tracks?.find((track) => track.id === id);

/** The metric that ranks a track's boards. */
export const mainMetric = (
  tracks: readonly TrackDescription[] | undefined,
  track: string,
): MetricDescription | undefined => trackOf(tracks, track)?.metrics[0];

/** The first part of a board's id: `<track>.<model>.<dataset>`. */
export const trackIdOf = (board: string): string => board.split('.')[0] ?? '';

export const baseMetric = (board: Board, metric: MetricDescription | undefined): number | undefined =>
  board.base?.metrics.find(({ id }) => id === metric?.id)?.value;

export const boardTitle = (boards: readonly Board[] | undefined, id: string): string =>
  boards?.find((board) => board.id === id)?.title ?? id;
