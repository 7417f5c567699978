/**
 * A constant rate, then down to zero: after a warm-up, the schedule of MiniCPM, whose steps before the decay are the same for
 * every length. Form of the decay: Hägele et al. 2024, https://arxiv.org/abs/2405.18392, equation 2.
 */
import type { Schedule } from './_schedule.js';

export interface StableOptions {
  readonly lr: number;
  /** Steps in all. */
  readonly steps: number;
  /** The last of them, in which the rate falls. */
  readonly decay: number;
}

// lr(t) = lr for t < T - D, lr · (1 - √((t - (T - D)) / D)) from there on
export const stable =
  ({ lr, steps, decay }: StableOptions): Schedule =>
  (t) =>
    t < steps - decay ? lr : lr * (1 - Math.sqrt(Math.min(1, (t - (steps - decay)) / decay)));
