/** Tells how a training goes: a line for each epoch, and in long ones a line every half minute; how long is left. */
import { performance } from 'node:perf_hooks';

export interface Reporter {
  /** After a step: what the task draws of it. */
  step(epoch: number, points: Readonly<Record<string, number>>): void;
  epoch(epoch: number): void;
}

interface Course {
  readonly epochs: number;
  /** Epochs that are behind already. */
  readonly done: number;
  /** Of an epoch. */
  readonly steps: number;
}

const EVERY_MS = 30_000;

export const duration = (seconds: number): string => {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

export const reporter = (
  say: (line: string) => void,
  { epochs, done, steps }: Course,
  now: () => number = () => performance.now(),
): Reporter => {
  const began = now();
  let [told, taken, inEpoch] = [began, 0, 0];
  let sums: Record<string, number> = {};
  const left = (): string => `${duration(((now() - began) / 1000 / taken) * ((epochs - done) * steps - taken))} left`;
  const means = (): string =>
    Object.entries(sums)
      .map(([series, sum]) => `${series} ${(sum / inEpoch).toFixed(3)}`)
      .join(', ');
  if (done > 0) say(`goes on after epoch ${done} of ${epochs}`);
  return {
    step(epoch, points) {
      taken += 1;
      inEpoch += 1;
      for (const [series, value] of Object.entries(points)) sums[series] = (sums[series] ?? 0) + value;
      if (inEpoch === steps || now() - told < EVERY_MS) return;
      told = now();
      say(`  epoch ${epoch + 1}, step ${inEpoch} of ${steps}: ${means()}, ${left()}`);
    },
    epoch(epoch) {
      say(`epoch ${epoch + 1} of ${epochs}: ${means()}, ${left()}`);
      told = now();
      inEpoch = 0;
      sums = {};
    },
  };
};
