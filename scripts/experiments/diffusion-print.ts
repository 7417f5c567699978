/** Tables of what the experiments on diffusion measured: means over seeds, paired differences, rank correlations. */
import { rankCorrelation } from '@topiary/stats';
import { table } from '../bench/summary.js';
import type { ReuseRun } from './diffusion.js';
import type { DepthRun } from './diffusion-depth.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1));
};

const spread = <R>(runs: readonly R[], of: (run: R) => number, digits: number): string =>
  `${mean(runs.map(of)).toFixed(digits)} ± ${deviation(runs.map(of)).toFixed(digits)}`;

const grouped = <R>(runs: readonly R[], keyOf: (run: R) => string): readonly (readonly [string, readonly R[]])[] =>
  [...new Set(runs.map(keyOf))].map((key) => [key, runs.filter((run) => keyOf(run) === key)]);

/** Runs of one base network and as many samples together, and which they are is said where there are several. */
export const byTeacher = <R extends { readonly teacher: string; readonly samples: number }>(
  runs: readonly R[],
): readonly (readonly R[])[] => {
  const groups = grouped(runs, ({ teacher, samples }) => `${teacher.slice(0, 8)}, ${samples} samples`);
  if (groups.length > 1) console.log(`networks: ${groups.map(([key]) => key).join('; ')}`);
  return groups.map(([, same]) => same);
};

export const printReuse = (runs: readonly ReuseRun[]): void => {
  const rows = grouped(runs, ({ method, asked }) => `${method} ${asked ?? ''}`.trim()).map(([key, same]) => [
    ...[key, `${same.length}`, `${mean(same.map(({ achieved }) => achieved)).toFixed(3)}x`],
    ...[spread(same, ({ frechet }) => frechet, 3), spread(same, ({ relL2 }) => relL2, 4)],
    ...[spread(same, ({ consistency }) => consistency, 1), spread(same, ({ noiseError }) => noiseError, 5)],
  ]);
  const head = ['method', 'seeds', 'MACs', 'Fréchet', 'rel-L2', 'of the class, %', 'noise error'];
  console.log(
    `\nReuse on ${runs[0]?.teacher.slice(0, 8)}, ${runs[0]?.samples ?? 0} samples a seed: mean ± deviation over seeds\n${table(head, rows)}`,
  );
};

export const printDepth = (runs: readonly DepthRun[]): void => {
  const budget = ({ steps, batch, search }: DepthRun) => `${steps} steps of ${batch}, search of ${search}`;
  for (const [key, own] of grouped(runs, budget)) {
    const rows = grouped(own, ({ method }) => method).map(([method, same]) => [
      ...[method, `${same.length}`, spread(same, ({ calibration }) => calibration, 4)],
      ...[spread(same, ({ noiseError }) => noiseError, 5), spread(same, ({ frechet }) => frechet, 2)],
      spread(same, ({ consistency }) => consistency, 1),
    ]);
    const head = ['method', 'seeds', 'loss before', 'noise error after', 'Fréchet', 'of the class, %'];
    console.log(
      `\nHalf of the blocks of ${own[0]?.teacher.slice(0, 8)}, ${key}: mean ± deviation over seeds\n${table(head, rows)}`,
    );
    // as the claim has it: every mask once, on the batches of one seed; a network from scratch has no loss of its mask's
    const first = Math.min(...own.map(({ seed }) => seed));
    const isCompared = ({ method, seed, mask }: DepthRun) =>
      mask !== null || (seed === first && !['scratch', 'learned-features', 'random'].includes(method));
    const masks = grouped(own.filter(isCompared), ({ kept }) => kept.join()).map(([, same]) => same);
    const of = (value: (run: DepthRun) => number) => masks.map((same) => mean(same.map(value)));
    const before = of(({ calibration }) => calibration);
    const [error, frechet] = [of(({ noiseError }) => noiseError), of((run) => run.frechet)];
    console.log(
      `${masks.length} masks: rank correlation of the loss before with the error after ${rankCorrelation(before, error).toFixed(2)}, with Fréchet ${rankCorrelation(before, frechet).toFixed(2)}`,
    );
  }
};
