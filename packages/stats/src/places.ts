/**
 * A place, not a rank: [1 + rows significantly better, R - rows significantly worse] after Holm's correction over all
 * pairs of a family, the project's own suite rows. A submission is tested against them and moves no place but its own.
 */
import { holm } from './holm.js';
import { atOnce, type Steps } from './in-steps.js';
import type { MetricScale, RowEvidence } from './row-evidence.js';
import type { SeedSpread } from './seed-spread.js';
import { pairedExamples, pValue } from './two-rows.js';

export interface Place {
  readonly id: string;
  /** The best and the worst place that the tests leave open. */
  readonly from: number;
  readonly to: number;
  /** "2-9", or "3" where the tests leave one. */
  readonly text: string;
}

/** Two rows of the family; `p` is corrected over the family, null where the two cannot be tested. */
export interface FamilyPair {
  readonly better: string;
  readonly worse: string;
  readonly p: number | null;
  readonly stands: boolean;
}

export interface Family {
  /** Best value first. */
  readonly places: readonly Place[];
  readonly pairs: readonly FamilyPair[];
  /** The level that the next pair must meet before correction: what planning of more seeds aims at. */
  readonly nextLevel: number;
  /** The place of a row that does not belong to the family: corrected over its own tests, one for each row. */
  readonly placeOf: (row: RowEvidence) => Place;
}

export interface PlaceOptions {
  readonly metric: MetricScale;
  readonly spread: SeedSpread | null;
  readonly significance?: number;
}

const place = (id: string, better: number, worse: number, rows: number): Place => {
  const [from, to] = [1 + better, rows - worse];
  return { id, from, to, text: from === to ? `${from}` : `${from}-${to}` };
};

const count = <T>(items: readonly T[], isCounted: (item: T) => boolean): number => items.filter(isCounted).length;

/** Holm over the pairs that could be tested at all. */
const corrected = (ps: readonly (number | null)[]): (number | null)[] => {
  const known = holm(ps.filter((p) => p !== null));
  let next = 0;
  return ps.map((p) => (p === null ? null : known[next++]!));
};

interface Beside {
  readonly members: readonly RowEvidence[];
  readonly examples: readonly (number | null)[];
}

/** Of a row beside a family: a ranking asks again whenever what it knows of seeds has changed, which moves no example. */
const besides = new WeakMap<RowEvidence, Beside>();

const examplesBeside = (row: RowEvidence, members: readonly RowEvidence[]): Beside['examples'] => {
  const known = besides.get(row);
  if (known?.members.length === members.length && known.members.every((one, i) => one === members[i])) {
    return known.examples;
  }
  const examples = members.map((one) => pairedExamples(row, one));
  besides.set(row, { members, examples });
  return examples;
};

export const familyPlaces = (rows: readonly RowEvidence[], options: PlaceOptions): Family =>
  atOnce(familySteps(rows, options));

/** The same, with a pause after the tests of each row. */
export function* familySteps(
  rows: readonly RowEvidence[],
  { metric, spread, significance = 0.05 }: PlaceOptions,
): Steps<Family> {
  const sign = metric.direction === 'higher' ? 1 : -1;
  const sorted = [...rows].sort((a, b) => sign * (b.value - a.value));
  const couples = sorted.flatMap((a, i) => sorted.slice(i + 1).map((b) => [a, b] as const));
  const raw: (number | null)[] = [];
  for (const [i, a] of sorted.entries()) {
    for (const b of sorted.slice(i + 1)) raw.push(pValue(a, b, spread));
    yield;
  }
  const ps = corrected(raw);
  const pairs = couples.map(([a, b], i): FamilyPair => {
    const p = ps[i]!;
    return { better: a.id, worse: b.id, p, stands: p !== null && p < significance };
  });
  const standing = pairs.filter(({ stands }) => stands);
  const places = sorted.map(({ id }) => {
    const better = count(standing, ({ worse }) => worse === id);
    return place(
      id,
      better,
      count(standing, (pair) => pair.better === id),
      sorted.length,
    );
  });
  const placeOf = (row: RowEvidence): Place => {
    const examples = examplesBeside(row, sorted);
    const own = corrected(sorted.map((other, i) => pValue(row, other, spread, examples[i])));
    const isTold = (i: number, isBetter: boolean) =>
      own[i] !== null && own[i]! < significance && sign * (sorted[i]!.value - row.value) > 0 === isBetter;
    const indices = sorted.map((_, i) => i);
    const better = count(indices, (i) => isTold(i, true));
    return place(
      row.id,
      better,
      count(indices, (i) => isTold(i, false)),
      sorted.length + 1,
    );
  };
  const tested = count(pairs, ({ p }) => p !== null);
  return { places, pairs, placeOf, nextLevel: significance / Math.max(1, tested - standing.length) };
}
