/** Tables of what `diffusion.ts` measured: means over seeds, and differences of pairs with the same noise. */
import { table } from '../bench/summary.js';
import type { ReuseRun } from './diffusion.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1));
};

const keyOf = ({ method, asked }: ReuseRun): string => `${method} ${asked ?? ''}`.trim();

export const printReuse = (runs: readonly ReuseRun[]): void => {
  const own = runs.filter(({ part }) => part === 'reuse');
  const keys = [...new Set(own.map(keyOf))];
  const rows = keys.map((key) => {
    const same = own.filter((run) => keyOf(run) === key);
    const spread = (of: (run: ReuseRun) => number, digits: number) =>
      `${mean(same.map(of)).toFixed(digits)} ± ${deviation(same.map(of)).toFixed(digits)}`;
    return [
      key,
      `${same.length}`,
      `${mean(same.map(({ achieved }) => achieved)).toFixed(3)}x`,
      spread(({ frechet }) => frechet, 3),
      spread(({ relL2 }) => relL2, 4),
      spread(({ consistency }) => consistency, 1),
      spread(({ noiseError }) => noiseError, 5),
    ];
  });
  const head = ['method', 'seeds', 'MACs', 'Fréchet', 'rel-L2', 'of the class, %', 'noise error'];
  console.log(`\nReuse, ${own[0]?.samples ?? 0} samples a seed: mean ± deviation over seeds\n${table(head, rows)}`);
};
