/** Linear warm-up before another schedule. https://arxiv.org/abs/1706.02677, section 2.2 */
import type { Schedule } from './_schedule.js';

export interface WarmupOptions {
  /** Reached at the last step of the warm-up. */
  readonly lr: number;
  /** Length of the warm-up; 0: none. */
  readonly steps: number;
  /** What follows; its own step 0 is the first after the warm-up. */
  readonly next: Schedule;
}

// lr(t) = lr · (t + 1) / W for t < W, next(t - W) from there on
export const warmup =
  ({ lr, steps, next }: WarmupOptions): Schedule =>
  (t) =>
    t < steps ? (lr * (t + 1)) / steps : next(t - steps);
