/** Cosine schedule to zero. https://arxiv.org/abs/1608.03983, without restarts. */
import type { Schedule } from './_schedule.js';

export interface CosineOptions {
  readonly lr: number;
  readonly steps: number;
  /** Where it ends (0). */
  readonly final?: number;
}

// lr(t) = final + (lr - final) · (1 + cos(π t / T)) / 2
export const cosine =
  ({ lr, steps, final = 0 }: CosineOptions): Schedule =>
  (step) =>
    final + ((lr - final) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps))) / 2;
