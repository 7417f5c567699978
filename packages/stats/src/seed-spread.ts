/**
 * How much seeds differ on a ranking: the variance over seeds that its suite's rows together make likely (moderated
 * variances, Smyth 2004), so that two seeds which happen to agree do not make a row certain.
 *
 *   e_r = ln(s_r² / g_r²) - ψ((S_r - 1)/2) + ln((S_r - 1)/2)
 *   ψ′(d₀/2) = var(e) - mean ψ′((S_r - 1)/2),   s₀² = exp(mean e + ψ(d₀/2) - ln(d₀/2))
 *
 * d₀ is at most 4, and 4 where the right side is not positive: few rows cannot prove that all of them vary alike.
 */
import { mean, variance } from './descriptive.js';
import { digamma, inverseTrigamma, trigamma } from './gamma-functions.js';
import type { RowEvidence } from './row-evidence.js';

export interface SeedSpread {
  /** s₀²: a usual variance over seeds, in units of the squared scale of a row. */
  readonly variance: number;
  /** d₀: how many degrees of freedom it is worth. */
  readonly df: number;
  /** Rows it was fitted to. */
  readonly rows: number;
}

const MOST_DF = 4;
/** A ranking of fewer rows borrows those of the board's other targets. */
export const LEAST_ROWS = 8;

type SeedRow = Pick<RowEvidence, 'seeds' | 'seedVariance' | 'scale'>;

/** Seeds that agree to the last digit say nothing about how far seeds differ, unless all of them do. */
const fitted = (rows: readonly SeedRow[]): SeedSpread | null => {
  const several = rows.filter(({ seedVariance }) => seedVariance !== null);
  const used = several.filter(({ seedVariance }) => seedVariance! > 0);
  if (several.length === 0) return null;
  if (used.length === 0) return { variance: 0, df: MOST_DF, rows: several.length };
  // Very many rows have few numbers of seeds.
  const offsets = new Map<number, { readonly digamma: number; readonly trigamma: number }>();
  const offsetOf = (seeds: number) => {
    const half = (seeds - 1) / 2;
    const known = offsets.get(seeds) ?? { digamma: digamma(half) - Math.log(half), trigamma: trigamma(half) };
    offsets.set(seeds, known);
    return known;
  };
  const e = used.map(
    ({ seeds, seedVariance, scale }) => Math.log(seedVariance! / scale ** 2) - offsetOf(seeds).digamma,
  );
  const excess = used.length > 1 ? variance(e) - mean(used.map(({ seeds }) => offsetOf(seeds).trigamma)) : 0;
  const df = excess > 0 ? Math.min(MOST_DF, 2 * inverseTrigamma(excess)) : MOST_DF;
  return { variance: Math.exp(mean(e) + digamma(df / 2) - Math.log(df / 2)), df, rows: used.length };
};

/**
 * Over the rows of a ranking; where fewer than eight of them have seeds that differ, together with the board's rows at
 * other targets. Null: no row has two seeds.
 */
export const seedSpread = (
  ranking: readonly SeedRow[],
  others: () => readonly SeedRow[] = () => [],
): SeedSpread | null => {
  const isEnough = ranking.filter(({ seedVariance }) => seedVariance !== null && seedVariance > 0).length >= LEAST_ROWS;
  return fitted(isEnough ? ranking : [...ranking, ...others()]);
};

/** Of a row's mean over seeds. */
export interface SeedPart {
  readonly variance: number;
  /** ν = S - 1 + d₀. */
  readonly df: number;
  /** One seed: all of it comes from the other rows. */
  readonly isBorrowed: boolean;
}

/** V_seed = max(s², s₀² g²) / S. Null: one seed, and no row to borrow from. */
export const seedPart = ({ seeds, seedVariance, scale }: SeedRow, spread: SeedSpread | null): SeedPart | null => {
  if (seedVariance === null && spread === null) return null;
  const usual = (spread?.variance ?? 0) * scale ** 2;
  return {
    variance: Math.max(seedVariance ?? 0, usual) / seeds,
    df: seeds - 1 + (spread?.df ?? 0),
    isBorrowed: seedVariance === null,
  };
};
