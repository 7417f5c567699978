/** Constant schedule: lr(t) = lr. */
import type { Schedule } from './_schedule.js';

export const constant =
  (lr: number): Schedule =>
  () =>
    lr;
