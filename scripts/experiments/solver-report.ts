/** What the study of solvers found, as the tables and the picture of `docs/solver-study.md`. */
import { METHODS } from '@topiary/methods/catalogue';
import { studentQuantile, variance } from '@topiary/stats';
import { markdownTable } from '../markdown.js';
import { type Family, familyOf } from '../suite/families.js';

export interface StudyRun {
  readonly network: string;
  readonly criterion: string;
  readonly estimates: number;
  readonly seed: number;
  /** 0: nothing was trained. */
  readonly steps: number;
  readonly pruneSeconds: number;
  readonly achieved: number;
  readonly top1: { readonly pruned: number; readonly finetuned: number | null };
  /** Kept channels of each group, `0 1 4`. */
  readonly kept: Readonly<Record<string, string>>;
}

export const ESTIMATES = [1, 5, 10, 20, 40, 100];
export const TRAINED = { criteria: ['magnitude-l2', 'taylor', 'fpgm'], estimates: [1, 8, 40], seeds: [0, 1, 2] };

export const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion').map(({ id }) => id);

const channelsOf = ({ kept }: StudyRun, group: string): number[] => (kept[group] ?? '').split(' ').map(Number);

/** Share of the channels that leave in both of two cuts, of those that leave in one. */
export const overlap = (a: StudyRun, b: StudyRun, sizes: ReadonlyMap<string, number>): number => {
  let [both, either] = [0, 0];
  for (const [group, size] of sizes) {
    const [inA, inB] = [new Set(channelsOf(a, group)), new Set(channelsOf(b, group))];
    for (let k = 0; k < size; k += 1) {
      const [goneA, goneB] = [!inA.has(k), !inB.has(k)];
      both += Number(goneA && goneB);
      either += Number(goneA || goneB);
    }
  }
  return either === 0 ? 1 : both / either;
};

/** As many channels as the largest that any cut kept says. */
const sizesOf = (runs: readonly StudyRun[]): Map<string, number> => {
  const sizes = new Map<string, number>();
  for (const run of runs) {
    for (const group of Object.keys(run.kept)) {
      sizes.set(group, Math.max(sizes.get(group) ?? 0, ...channelsOf(run, group).map((k) => k + 1)));
    }
  }
  return sizes;
};

interface Cut {
  readonly criterion: string;
  readonly estimates: number;
  readonly seconds: number;
  /** Of the channels that leave with the most estimates that were made. */
  readonly same: number;
  /** Top-1 right after it. */
  readonly pruned: number;
}

export const cutsOf = (runs: readonly StudyRun[], network: string): Cut[] => {
  const cuts = runs.filter((run) => run.network === network && run.steps === 0);
  const sizes = sizesOf(cuts);
  return cuts.map((run) => {
    const own = cuts.filter(({ criterion }) => criterion === run.criterion);
    const most = own.reduce((best, one) => (best.estimates >= one.estimates ? best : one));
    const { criterion, estimates, pruneSeconds: seconds } = run;
    return { criterion, estimates, seconds, same: overlap(run, most, sizes), pruned: run.top1.pruned };
  });
};

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** A line for each criterion that was cut by, a column for each number of estimates. */
const byEstimates = (cuts: readonly Cut[], words: (cut: Cut) => string): string => {
  const cell = (criterion: string, estimates: number): string => {
    const cut = cuts.find((one) => one.criterion === criterion && one.estimates === estimates);
    return cut ? words(cut) : '–';
  };
  const known = CRITERIA.filter((id) => cuts.some(({ criterion }) => criterion === id));
  return markdownTable(
    ['criterion', ...ESTIMATES.map(String)],
    known.map((id) => [`\`${id}\``, ...ESTIMATES.map((estimates) => cell(id, estimates))]),
  );
};

export const cutTable = (runs: readonly StudyRun[], network: string): string =>
  byEstimates(cutsOf(runs, network), ({ same, seconds }) => `${percent(same)} (${seconds.toFixed(1)})`);

/** Top-1 right after the cut, of one seed. */
export const prunedTable = (runs: readonly StudyRun[], network: string): string =>
  byEstimates(cutsOf(runs, network), ({ pruned }) => pruned.toFixed(1));

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const trainedOf = (runs: readonly StudyRun[], network: string, criterion: string, estimates: number) =>
  runs
    .filter((run) => run.network === network && run.criterion === criterion && run.estimates === estimates)
    .filter(({ steps }) => steps > 0)
    .map(({ top1 }) => ({ pruned: top1.pruned, finetuned: top1.finetuned! }));

/** Where the study's limit of seconds left seeds out, a cell says how many there are. */
export const trainedTable = (runs: readonly StudyRun[], network: string): string => {
  const all = TRAINED.seeds.length;
  const cell = (seeds: ReturnType<typeof trainedOf>): string => {
    if (seeds.length === 0) return '–';
    const [finetuned, pruned] = (['finetuned', 'pruned'] as const).map((phase) =>
      meanOf(seeds.map((one) => one[phase])).toFixed(1),
    );
    return `${finetuned} (${pruned})${seeds.length < all ? `, ${seeds.length} of ${all} seeds` : ''}`;
  };
  return markdownTable(
    ['criterion', ...TRAINED.estimates.map(String)],
    TRAINED.criteria.map((criterion) => [
      `\`${criterion}\``,
      ...TRAINED.estimates.map((estimates) => cell(trainedOf(runs, network, criterion, estimates))),
    ]),
  );
};

/**
 * What more estimates bring over one, after fine-tuning: the mean over seeds that have both, with the half-width of its 95 %
 * interval (Student's t); null: fewer than two seeds, which say nothing.
 */
export const gainOf = (runs: readonly StudyRun[], network: string, criterion: string, estimates: number) => {
  const trained = runs.filter((run) => run.network === network && run.criterion === criterion && run.steps > 0);
  const of = (seed: number, count: number) =>
    trained.find((run) => run.seed === seed && run.estimates === count)?.top1.finetuned;
  const gains = TRAINED.seeds.flatMap((seed) => {
    const [more, one] = [of(seed, estimates), of(seed, 1)];
    return typeof more === 'number' && typeof one === 'number' ? [more - one] : [];
  });
  const n = gains.length;
  if (n < 2) return { n, mean: null, half: null };
  return { n, mean: meanOf(gains), half: studentQuantile(0.95, n - 1) * Math.sqrt(variance(gains) / n) };
};

const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(1)}`;

export const gainsTable = (runs: readonly StudyRun[], network: string): string => {
  const more = TRAINED.estimates.filter((estimates) => estimates > 1);
  const cell = (criterion: string, estimates: number): string => {
    const { n, mean, half } = gainOf(runs, network, criterion, estimates);
    return mean === null
      ? `no claim from ${n} seed${n === 1 ? '' : 's'}`
      : `${signed(mean)} ± ${half.toFixed(1)} (${n})`;
  };
  return markdownTable(
    ['criterion', ...more.map((estimates) => `${estimates} over 1`)],
    TRAINED.criteria.map((criterion) => [`\`${criterion}\``, ...more.map((estimates) => cell(criterion, estimates))]),
  );
};

/**
 * Least, median and most over the criteria of a family, by the number of estimates. Random pruning looks at nothing, and each
 * estimate draws anew.
 */
export const bandOf = (cuts: readonly Cut[], family: Family) =>
  ESTIMATES.flatMap((estimates) => {
    const shares = cuts
      .filter((cut) => cut.estimates === estimates && cut.criterion !== 'random' && familyOf(cut.criterion) === family)
      .map(({ same }) => same)
      .sort((a, b) => a - b);
    if (shares.length === 0) return [];
    return [{ estimates, least: shares[0]!, median: shares[shares.length >> 1]!, most: shares.at(-1)! }];
  });
