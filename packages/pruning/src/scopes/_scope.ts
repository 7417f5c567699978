/** What a scope declares: who competes with whom when channels are ranked. */
import type { Pool } from '../pools.js';

export interface Leaving {
  /** Channels that leave each pool. */
  readonly counts: Int32Array;
  /** Whether protection kept channels that this scope would have taken. */
  readonly isProtected: boolean;
}

/** A ladder of settings from "nothing leaves" (0) to "only what is protected stays" (`settings`), monotone. */
export interface Ranking {
  readonly settings: number;
  at(setting: number): Leaving;
  /** By the ratio of the channels that were there at first: `int(K·(1-r))` of K stay. */
  atRatio(ratio: number): Leaving;
}

export type Scope = (pools: readonly Pool[]) => Ranking;

/** K·(1-r) rounded down, forgiving what binary fractions lose. */
export const keepAt = (channels: number, ratio: number): number => Math.floor(channels * (1 - ratio) + 1e-9);
