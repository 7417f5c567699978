/**
 * Whether times taken in turn can be believed. The first of the two is the control: the same network each time, so what it
 * does beyond chance is the machine's doing and not the other one's.
 *
 * - Noise: a turn in which either of the two takes more than twice its median was disturbed, and is left out of both.
 * - Drift: the control's median in a fifth of the samples, against that of all of them.
 * - Elsewhere: the control's median against what it usually takes on this machine, where that is known.
 */

/** A turn that took longer than so many medians was disturbed. */
const DISTURBED = 2;
/** So much may the control move, in the course of a measurement or from one to the next. */
const MOST_DRIFT = 0.05;
/** So many of the turns may be disturbed. */
const MOST_DISTURBED = 0.1;
const PARTS = 5;

export interface Steadiness {
  /** Turns that count. */
  readonly kept: readonly number[];
  /** Share of the turns that were disturbed. */
  readonly disturbed: number;
  /** How far the control moved, as a share of its median: the largest of drift within, and distance from the usual. */
  readonly drift: number;
  readonly isSteady: boolean;
}

const median = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length / 2) - 1)]!;
};

const partsOf = (values: readonly number[]): number[][] => {
  const parts = Math.min(PARTS, values.length);
  return Array.from({ length: parts }, (_, i) =>
    values.slice(Math.floor((i * values.length) / parts), Math.floor(((i + 1) * values.length) / parts)),
  );
};

/** `control` and `timed`: ms of each turn; `usual`: the control's median on this machine, in ms. */
export const steadiness = (
  control: readonly number[],
  timed: readonly number[],
  usual: number | null = null,
): Steadiness => {
  const [most, mostTimed] = [DISTURBED * median(control), DISTURBED * median(timed)];
  const kept = control.flatMap((ms, i) => (ms <= most && timed[i]! <= mostTimed ? [i] : []));
  const calm = kept.map((i) => control[i]!);
  const whole = median(calm);
  const within = Math.max(...partsOf(calm).map((part) => Math.abs(median(part) / whole - 1)));
  const drift = Math.max(within, usual === null ? 0 : Math.abs(whole / usual - 1));
  const disturbed = 1 - kept.length / control.length;
  return { kept, disturbed, drift, isSteady: drift <= MOST_DRIFT && disturbed <= MOST_DISTURBED };
};
