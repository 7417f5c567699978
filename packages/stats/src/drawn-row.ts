/**
 * What a ranking says of one of its rows, worked out when it is read: of tens of thousands of rows a page shows fifty, and how
 * far seeds differ, which every interval follows from, is learned anew with each seed of the suite that is added.
 */
import type { Controlled } from './controls.js';
import type { Draft } from './draft.js';
import type { DrawnRanking } from './drawn-ranking.js';
import type { Estimate } from './intervals.js';
import type { Place } from './places.js';
import type { RowEvidence } from './row-evidence.js';
import type { RowInterval } from './row-interval.js';
import type { RowMetric } from './row-metrics.js';
import type { RowDifference } from './two-rows.js';

/** What a ranking knows of the method behind a row; each is worked out when it is read, and kept. */
export interface DrawnRow {
  /** Null: a control, nothing to be held against, or random pruning is not known well enough for anything to be ranked. */
  readonly place: Omit<Place, 'id'> | null;
  /** With the interval of a method in the place of that of its runs. */
  readonly metrics: RowMetric[];
  readonly aboveRandom: Estimate | null;
  readonly byWidths: Estimate | null;
  readonly widthShare: number | null;
  readonly reproduced: number;
  readonly contradicted: number;
}

/** What tests of a row need: its runs in short, and its ranking. */
export interface RowKnowledge {
  readonly evidence: RowEvidence;
  readonly ranking: DrawnRanking;
}

/** How a ranking works them out. */
export interface Ways {
  place(draft: Draft): DrawnRow['place'];
  metrics(draft: Draft): RowMetric[];
  beside(draft: Draft): Controlled | null;
  /** How often others came to the same, and how often not. */
  again(draft: Draft): readonly (boolean | null)[];
  knowledge(draft: Draft): RowKnowledge | null;
}

const estimate = (difference: RowDifference | null): Estimate | null =>
  difference && { value: difference.difference, low: difference.low, high: difference.high };

export class LazyRow implements DrawnRow {
  readonly #draft: Draft;
  readonly #ways: Ways;
  #place: DrawnRow['place'] | undefined;
  #metrics: RowMetric[] | undefined;
  #controlled: Controlled | null | undefined;
  #again: readonly (boolean | null)[] | undefined;

  constructor(draft: Draft, ways: Ways) {
    this.#draft = draft;
    this.#ways = ways;
  }

  get place(): DrawnRow['place'] {
    if (this.#place === undefined) this.#place = this.#ways.place(this.#draft);
    return this.#place;
  }
  get metrics(): RowMetric[] {
    this.#metrics ??= this.#ways.metrics(this.#draft);
    return this.#metrics;
  }
  get #beside(): Controlled | null {
    if (this.#controlled === undefined) this.#controlled = this.#ways.beside(this.#draft);
    return this.#controlled;
  }
  /** Null: nothing was measured that ranks. */
  get knowledge(): RowKnowledge | null {
    return this.#ways.knowledge(this.#draft);
  }
  get aboveRandom(): Estimate | null {
    return estimate(this.#beside?.aboveRandom ?? null);
  }
  get byWidths(): Estimate | null {
    return estimate(this.#beside?.byWidths ?? null);
  }
  get widthShare(): number | null {
    return this.#beside?.widthShare ?? null;
  }
  get #others(): readonly (boolean | null)[] {
    this.#again ??= this.#ways.again(this.#draft);
    return this.#again;
  }
  get reproduced(): number {
    return this.#others.filter((same) => same === true).length;
  }
  get contradicted(): number {
    return this.#others.filter((same) => same === false).length;
  }
}

/** A metric of a method, of which most readers want the value alone. */
export class MethodMetric implements RowMetric {
  readonly id: string;
  readonly phase: RowMetric['phase'];
  readonly n: number | null;
  readonly value: number;
  readonly std: number | null;
  readonly bootstrap = null;
  readonly #make: () => RowInterval;
  #made: RowInterval | undefined;

  constructor({ id, phase, n, value, std }: RowMetric, make: () => RowInterval) {
    this.id = id;
    this.phase = phase;
    this.n = n;
    this.value = value;
    this.std = std;
    this.#make = make;
  }

  get #interval(): RowInterval {
    this.#made ??= this.#make();
    return this.#made;
  }
  get low(): number | null {
    return this.#interval.low;
  }
  get high(): number | null {
    return this.#interval.high;
  }
  get interval(): RowMetric['interval'] {
    return this.#interval.covers;
  }
  get isSpreadBorrowed(): boolean {
    return this.#interval.isSpreadBorrowed;
  }
}
