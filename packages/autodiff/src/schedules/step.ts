/** Step schedule: the rate is multiplied by `factor` at each milestone. */
import type { Schedule } from './_schedule.js';

export interface StepOptions {
  readonly lr: number;
  /** Steps at which the rate falls. */
  readonly milestones: readonly number[];
  readonly factor?: number;
}

// lr(t) = lr · factor^(number of milestones ≤ t)
export const step =
  ({ lr, milestones, factor = 0.1 }: StepOptions): Schedule =>
  (t) =>
    lr * factor ** milestones.filter((milestone) => t >= milestone).length;
