/** What a track says of its boards: look-ups in the catalogue, and the rules that many screens need. */
import type { AxisDescription, Board, MetricDescription, Row, RunMetric, TrackDescription } from '@topiary/contracts';

export const trackOf = (tracks: readonly TrackDescription[] | undefined, id: string): TrackDescription | undefined =>
  tracks?.find((track) => track.id === id);

/** The metric that ranks a track's boards; a track has one at least. */
export const mainMetric = ({ metrics }: Pick<TrackDescription, 'metrics'>): MetricDescription => metrics[0]!;

/** The first part of a board's id: `<track>.<model>.<dataset>`. */
export const trackIdOf = (board: string): string => board.split('.')[0] ?? '';

export const baseMetric = (board: Board, metric: MetricDescription): number | undefined =>
  board.base?.metrics.find(({ id }) => id === metric.id)?.value;

/** Nothing until the boards have come: an id that becomes a title a moment later is a flicker. */
export const boardTitle = (boards: readonly Board[] | undefined, id: string): string =>
  boards === undefined ? '\u2026' : (boards.find((board) => board.id === id)?.title ?? id);

/** Under which address a board is found: a frozen version has one of its own. */
export const addressOf = ({ id, version, frozen }: Pick<Board, 'id' | 'version' | 'frozen'>): string =>
  frozen ? `${id}@${version}` : id;

/** The first phase is the base model's; the last one in which there is a number decides. */
type Phases = Pick<TrackDescription, 'phases'>;
type Measured = Pick<RunMetric, 'id' | 'phase' | 'value'>;

export const baseOf = <M extends Measured>(metrics: readonly M[], id: string, { phases }: Phases): M | undefined =>
  metrics.find((metric) => metric.id === id && metric.phase === phases[0]?.id);

export const outcomeOf = <M extends Measured>(metrics: readonly M[], id: string, { phases }: Phases): M | undefined =>
  phases
    .slice(1)
    .reverse()
    .map((phase) => metrics.find((metric) => metric.id === id && metric.phase === phase.id))
    .find((found) => found !== undefined);

/** Differences between shares, which are in percent, are points. */
export const differenceUnit = ({ estimator, unit }: MetricDescription): string => (estimator === 'share' ? 'pp' : unit);

/** What "above random" is measured from. */
export const controlOf = ({
  controls,
}: Pick<TrackDescription, 'controls'>): TrackDescription['controls'][number] | null => controls[0] ?? null;

/** Is this the row of what chance would have done? A field that the rule leaves null must be absent. */
export const isControl = ({ recipe }: Pick<Row, 'recipe'>, track: Pick<TrackDescription, 'controls'>): boolean => {
  const rule = controlOf(track)?.recipe;
  return rule !== undefined && Object.entries(rule).every(([field, value]) => (recipe[field] ?? null) === value);
};

/** Base and left on an axis; null where the row says nothing of it. */
export const costOf = ({ costs }: Pick<Row, 'costs'>, { id }: Pick<AxisDescription, 'id'>): Row['params'] | null =>
  costs[id] ?? null;

type Targets = Board['targets'];

/** A target by which nothing is asked: the method's own parameters decide. */
export const isFree = ({ value }: Targets[number]): boolean => value === 1;

/** The track's own axis first and rising, then other axes, then what asks for nothing. */
export const inOrder = (
  targets: Targets,
  { axes, targetAxis }: Pick<TrackDescription, 'axes' | 'targetAxis'>,
): Targets => {
  const place = ({ axis }: Targets[number]) => (axis === targetAxis ? -1 : axes.findIndex(({ id }) => id === axis));
  return [...targets].sort((a, b) => Number(isFree(a)) - Number(isFree(b)) || place(a) - place(b) || a.value - b.value);
};

/** In words where its label names another axis than the track's: `1.1x MACs a trajectory`. */
export const targetTitle = (
  { label, axis }: Targets[number],
  { axes, targetAxis }: Pick<TrackDescription, 'axes' | 'targetAxis'>,
): string => {
  const found = axis === targetAxis ? undefined : axes.find(({ id }) => id === axis);
  const prefix = `${axis}:`;
  return found && label.startsWith(prefix) ? `${label.slice(prefix.length)} ${found.title}` : label;
};

/** Those in which something was measured; the base model's always. */
export const phasesOf = (
  { phases }: Phases,
  metrics: readonly Pick<RunMetric, 'phase'>[],
): TrackDescription['phases'] => phases.filter(({ id }, i) => i === 0 || metrics.some(({ phase }) => phase === id));

/** At the head of a column. */
export const phaseTitle = ({ title }: TrackDescription['phases'][number]): string =>
  `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
