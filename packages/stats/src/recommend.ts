/**
 * "I can spend x and lose y points": which rows of a board fit, the best first, and how sure that is. What is not known of a
 * row is never guessed: a time counts only where the machine asked about took it and was calm.
 */
import type { Estimate } from './intervals.js';
import type { Direction } from './pareto.js';
import type { LeaderboardRow } from './row.js';

export interface Wish {
  /** At most so much left on an axis, in its unit (a time: the median, in ms); null: no limit. */
  readonly spend: { readonly axis: string; readonly most: number } | null;
  /** The ranking metric may be at most so much worse than the base model's, on its own scale; null: no limit. */
  readonly lose: number | null;
  /** Fingerprint of the machine whose times count; null: the one that timed the most rows. */
  readonly machine: string | null;
}

export interface RecommendOptions {
  /** The metric that ranks. */
  readonly metric: { readonly id: string; readonly direction: Direction };
  /** The board's base model, for rows that did not measure their own; null: not known either. */
  readonly base: number | null;
  /** By which rows are told apart where the wish names no axis: the track's axis of targets. */
  readonly targetAxis: string;
  /** Axes of times, which depend on the machine. */
  readonly perMachine: readonly string[];
}

/**
 * `sure`: with the whole 95 % interval; `likely`: with its middle; `unlikely`: with its better end alone. Without an
 * interval a row that fits is `likely`.
 */
export type Fit = 'sure' | 'likely' | 'unlikely';

/** Why less is known of a row than of others. */
export type Doubt = 'no interval' | 'one seed' | 'disputed' | 'contradicted';

/** Why it is not known what a row costs or loses. */
export type Unknown = 'not timed' | 'timed elsewhere' | 'machine was not calm' | 'not counted' | 'no base';

export interface Choice {
  readonly id: string;
  readonly fit: Fit;
  /** Worse than the base by so much; negative: better. */
  readonly loss: Estimate;
  /** On the axis of the wish, or else of the targets; the share of the base. */
  readonly cost: { readonly axis: string; readonly left: number; readonly share: number | null } | null;
  /** The best of the rows that cost no more and do better; `surely`: their intervals do not touch. */
  readonly beatenBy: { readonly id: string; readonly surely: boolean } | null;
  /** Others that fit as surely, whose intervals meet this row's: which of them is best is not known. */
  readonly alike: readonly string[];
  readonly doubts: readonly Doubt[];
}

export interface Advice {
  /** Whose times counted; null: none did. */
  readonly machine: string | null;
  /**
   * The best first: of those that fit equally surely, what nothing beats before what something does; then with a limit on
   * cost the least loss, else the least cost.
   */
  readonly choices: readonly Choice[];
  /** Rows that might fit, if more were known of them. */
  readonly unknown: readonly { readonly id: string; readonly why: Unknown }[];
  /** So many rows do not fit. */
  readonly beyond: number;
}

export type Candidate = Pick<
  LeaderboardRow,
  'id' | 'control' | 'provenance' | 'metrics' | 'base' | 'costs' | 'latency' | 'seeds' | 'openDisputes' | 'contradicted'
>;

/** A run may end a little beyond its target: costs so close are the same cost. */
const SAME_COST = 1.03;

type Cost = Choice['cost'];

const countedOn = ({ costs }: Candidate, axis: string): Cost => {
  const { base = null, left = null } = costs[axis] ?? {};
  return left === null ? null : { axis, left, share: base ? left / base : null };
};

/** Of the rows that were timed calmly, the machine of most. */
const usualMachine = (rows: readonly Candidate[]): string | null => {
  const counts = new Map<string, number>();
  for (const { latency } of rows)
    if (latency?.isSteady) counts.set(latency.machine, (counts.get(latency.machine) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0] ?? null;
};

/** Why a time does not count; null: it does. */
const untimed = ({ latency }: Candidate, machine: string | null): Unknown | null => {
  if (latency === null) return 'not timed';
  if (latency.machine !== machine) return 'timed elsewhere';
  return latency.isSteady ? null : 'machine was not calm';
};

const lossOf = (row: Candidate, { metric, base }: RecommendOptions): Estimate | null => {
  const found = row.metrics.find(({ id, phase }) => id === metric.id && phase !== 'base');
  const from = row.base ?? base;
  if (found === undefined || from === null) return null;
  const loss = (value: number) => (metric.direction === 'higher' ? from - value : value - from);
  const ends = found.low === null || found.high === null ? [] : [loss(found.low), loss(found.high)];
  return {
    value: loss(found.value),
    low: ends.length === 0 ? null : Math.min(...ends),
    high: ends.length === 0 ? null : Math.max(...ends),
  };
};

/** Null: it does not fit even with the better end of its interval. */
const fitOf = ({ value, low, high }: Estimate, lose: number | null): Fit | null => {
  if (lose === null || (high !== null && high <= lose)) return 'sure';
  if (value <= lose) return 'likely';
  return low !== null && low <= lose ? 'unlikely' : null;
};

interface Known {
  readonly row: Candidate;
  readonly loss: Estimate;
  readonly cost: Cost;
}

const isNoDearer = (a: Cost, b: Cost): boolean => a !== null && b !== null && a.left <= b.left * SAME_COST;

const doMeet = (a: Estimate, b: Estimate): boolean =>
  a.low === null || a.high === null || b.low === null || b.high === null || (a.low <= b.high && b.low <= a.high);

const beatenBy = (one: Known, all: readonly Known[]): Choice['beatenBy'] => {
  const better = all.filter((other) => other.loss.value < one.loss.value && isNoDearer(other.cost, one.cost));
  const surely = better.filter(({ loss }) => !doMeet(loss, one.loss));
  const from = surely.length > 0 ? surely : better;
  const best = from.reduce<Known | null>((a, b) => (a && a.loss.value <= b.loss.value ? a : b), null);
  return best && { id: best.row.id, surely: surely.length > 0 };
};

const doubtsOf = ({ row, loss }: Known): Doubt[] => [
  ...(loss.high === null ? (['no interval'] as const) : []),
  ...(row.seeds.length === 1 ? (['one seed'] as const) : []),
  ...(row.openDisputes > 0 ? (['disputed'] as const) : []),
  ...(row.contradicted > 0 ? (['contradicted'] as const) : []),
];

const FITS: readonly Fit[] = ['sure', 'likely', 'unlikely'];

/** By id, which of the costs that count as different it is, the least first; rows without one come last. */
const costSteps = (choices: readonly Choice[]): ReadonlyMap<string, number> => {
  const steps = new Map<string, number>();
  let [step, least] = [0, Number.NaN];
  const known = choices.flatMap(({ id, cost }) => (cost === null ? [] : [{ id, left: cost.left }]));
  for (const { id, left } of known.sort((a, b) => a.left - b.left)) {
    if (!(left <= least * SAME_COST)) [step, least] = [step + 1, left];
    steps.set(id, step);
  }
  return steps;
};

const inOrder = (choices: readonly Choice[], isCostLimited: boolean): Choice[] => {
  const steps = costSteps(choices);
  const byCost = (a: Choice, b: Choice) =>
    (steps.get(a.id) ?? choices.length + 1) - (steps.get(b.id) ?? choices.length + 1);
  return [...choices].sort(
    (a, b) =>
      FITS.indexOf(a.fit) - FITS.indexOf(b.fit) ||
      Number(a.beatenBy !== null) - Number(b.beatenBy !== null) ||
      (isCostLimited ? 0 : byCost(a, b)) ||
      a.loss.value - b.loss.value ||
      byCost(a, b),
  );
};

/** What can be had: printed rows have no recipe and no file here, and a control is no method. */
const canBeHad = ({ provenance, control }: Candidate): boolean => provenance !== 'reported' && control === null;

type Sorted = { readonly known: readonly Known[]; readonly unknown: Advice['unknown'] };

/** Of each row what it costs and loses, or why that is not known. */
const sorted = (rows: readonly Candidate[], wish: Wish, machine: string | null, options: RecommendOptions): Sorted => {
  const known: Known[] = [];
  const unknown: { id: string; why: Unknown }[] = [];
  const axis = wish.spend?.axis ?? options.targetAxis;
  for (const row of rows) {
    const loss = lossOf(row, options);
    const isTimed = options.perMachine.includes(axis);
    const cost = countedOn(row, axis);
    const lacking = isTimed ? untimed(row, machine) : cost === null ? 'not counted' : null;
    const why = loss === null ? 'no base' : wish.spend === null ? null : lacking;
    if (loss === null || why !== null) unknown.push({ id: row.id, why: why ?? 'no base' });
    else known.push({ row, loss, cost: lacking === null ? cost : null });
  }
  return { known, unknown };
};

export const recommend = (rows: readonly Candidate[], wish: Wish, options: RecommendOptions): Advice => {
  const candidates = rows.filter(canBeHad);
  const machine = wish.machine ?? usualMachine(candidates);
  const { known, unknown } = sorted(candidates, wish, machine, options);
  const affordable = known.filter(({ cost }) => wish.spend === null || (cost !== null && cost.left <= wish.spend.most));
  const fitting = affordable.flatMap((one) => {
    const fit = fitOf(one.loss, wish.lose);
    return fit === null ? [] : [{ ...one, fit }];
  });
  const choices = fitting.map((one): Choice => {
    const alike = fitting.filter(({ row, fit, loss }) => row !== one.row && fit === one.fit && doMeet(loss, one.loss));
    return {
      id: one.row.id,
      fit: one.fit,
      loss: one.loss,
      cost: one.cost,
      beatenBy: beatenBy(one, known),
      alike: alike.map(({ row }) => row.id),
      doubts: doubtsOf(one),
    };
  });
  const might = unknown.filter(({ id }) => {
    const loss = lossOf(rows.find((row) => row.id === id)!, options);
    return loss === null || fitOf(loss, wish.lose) !== null;
  });
  return {
    machine,
    choices: inOrder(choices, wish.spend !== null),
    unknown: might,
    beyond: candidates.length - choices.length - might.length,
  };
};
