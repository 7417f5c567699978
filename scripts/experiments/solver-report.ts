/** What the study of solvers found, as the tables and the picture of `docs/solver-study.md`. */
import { METHODS } from '@topiary/methods/catalogue';
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
}

export const cutsOf = (runs: readonly StudyRun[], network: string): Cut[] => {
  const cuts = runs.filter((run) => run.network === network && run.steps === 0);
  const sizes = sizesOf(cuts);
  return cuts.map((run) => {
    const own = cuts.filter(({ criterion }) => criterion === run.criterion);
    const most = own.reduce((best, one) => (best.estimates >= one.estimates ? best : one));
    const { criterion, estimates, pruneSeconds: seconds } = run;
    return { criterion, estimates, seconds, same: overlap(run, most, sizes) };
  });
};

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export const cutTable = (runs: readonly StudyRun[], network: string): string => {
  const cuts = cutsOf(runs, network);
  const cell = (criterion: string, estimates: number): string => {
    const cut = cuts.find((one) => one.criterion === criterion && one.estimates === estimates);
    return cut ? `${percent(cut.same)} (${cut.seconds.toFixed(1)})` : '–';
  };
  const known = CRITERIA.filter((id) => cuts.some(({ criterion }) => criterion === id));
  return markdownTable(
    ['criterion', ...ESTIMATES.map(String)],
    known.map((id) => [`\`${id}\``, ...ESTIMATES.map((estimates) => cell(id, estimates))]),
  );
};

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const trainedOf = (runs: readonly StudyRun[], network: string, criterion: string, estimates: number) =>
  runs
    .filter((run) => run.network === network && run.criterion === criterion && run.estimates === estimates)
    .filter(({ steps }) => steps > 0)
    .map(({ top1 }) => ({ pruned: top1.pruned, finetuned: top1.finetuned! }));

export const trainedTable = (runs: readonly StudyRun[], network: string): string =>
  markdownTable(
    ['criterion', ...TRAINED.estimates.map(String), 'seeds'],
    TRAINED.criteria.map((criterion) => {
      const found = TRAINED.estimates.map((estimates) => trainedOf(runs, network, criterion, estimates));
      const cells = found.map((seeds) =>
        seeds.length === 0
          ? '–'
          : `${meanOf(seeds.map(({ finetuned }) => finetuned)).toFixed(1)} (${meanOf(seeds.map(({ pruned }) => pruned)).toFixed(1)})`,
      );
      return [`\`${criterion}\``, ...cells, String(Math.min(...found.map(({ length }) => length)))];
    }),
  );

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
