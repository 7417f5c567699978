/** Decides which channels stay: a ratio, a target by bisection, or a target in steps with new scores in between. */
import { TopiaryError } from '@topiary/errors';
import { Counter, type Counts } from './counter.js';
import type { Dependencies } from './group.js';
import { asPlan, type Plan, type PlanFlag, type PlanTarget, type Scores, type Speedup, speedupOf } from './plan.js';
import { keptChannels, makePools, type Pool, roundKept } from './pools.js';
import type { Leaving, Ranking, Scope } from './scopes/_scope.js';
import { global } from './scopes/global.js';
import { isomorphic } from './scopes/isomorphic.js';
import { local } from './scopes/local.js';
import type { StrataRule } from './strata.js';

/** All scopes by id. */
const SCOPES = { global, local, isomorphic } as const satisfies Record<string, Scope>;

export type ScopeId = keyof typeof SCOPES;

/** How far past a target a plan may land before it is flagged. */
export const SLACK = 1.03;

export interface RankOptions {
  readonly scope?: ScopeId;
  /** Fraction of the channels of every group and layer that always stays; one channel stays in any case. */
  readonly protection?: number;
  /** Channels left are rounded down to a multiple. */
  readonly roundTo?: number;
  /** How strata of one group compete: by their scores as they are, or each brought to the mean of its group. */
  readonly strata?: StrataRule;
  /** Layers that keep all their channels, by name; `*` stands for anything. */
  readonly ignore?: readonly string[];
}

export interface PlanOptions extends RankOptions {
  readonly target: PlanTarget;
  /** Take the most that can be reached instead of throwing when the target is out of reach. */
  readonly accept?: boolean;
}

const counters = new WeakMap<Dependencies, Counter>();

/** One counter per set of groups: it is costly to make and cheap to ask. */
export const counterOf = (dependencies: Dependencies): Counter => {
  const known = counters.get(dependencies) ?? new Counter(dependencies);
  counters.set(dependencies, known);
  return known;
};

/** A ranking with everything that is needed to say what a setting costs. */
export class Candidates {
  readonly #dependencies: Dependencies;
  readonly #counter: Counter;
  readonly #pools: readonly Pool[];
  readonly #present: ReadonlyMap<string, Int32Array> | undefined;
  readonly #roundTo: number;
  /** For each pool, in its order, the counter's index of the atom that the channel lies in. */
  readonly #atoms: readonly Int32Array[];
  /** Channels per atom when every pool is empty. */
  readonly #unpooled: Float64Array;
  readonly ranking: Ranking;

  constructor(
    dependencies: Dependencies,
    scores: Scores,
    { scope = 'global', protection = 0, roundTo = 1, strata = 'as-scored', ignore = [] }: RankOptions,
    present?: ReadonlyMap<string, Int32Array>,
  ) {
    this.#dependencies = dependencies;
    this.#counter = counterOf(dependencies);
    this.#present = present;
    this.#pools = makePools(dependencies, scores, { protection, strata, ignore, present });
    if (this.#pools.length === 0) throw nothingToPrune(dependencies);
    this.#roundTo = roundTo;
    this.#atoms = atomsOfPools(this.#pools, this.#counter);
    this.#unpooled = Float64Array.from(this.#counter.atoms, ({ size }) => size);
    for (const atoms of this.#atoms) for (const atom of atoms) this.#unpooled[atom] = 0;
    this.ranking = SCOPES[scope](this.#pools);
  }

  count(leaving: Leaving): Counts {
    return this.#counter.count(this.#sizes(this.#keep(leaving)));
  }

  speedup(leaving: Leaving, counter: Speedup): number {
    return speedupOf(this.#counter.base, this.count(leaving), counter);
  }

  plan(leaving: Leaving, counter: Speedup, flags: readonly PlanFlag[] = []): Plan {
    const keep = this.#keep(leaving);
    const isRounded = keep.some((n, i) => n !== this.#pools[i]!.order.length - leaving.counts[i]!);
    const left = this.#counter.count(this.#sizes(keep));
    return asPlan(
      keptChannels(this.#dependencies, { pools: this.#pools, present: this.#present }, keep),
      this.#counter.base,
      left,
      counter,
      [
        ...flags,
        ...(isRounded ? (['rounded'] as const) : []),
        ...(leaving.isProtected ? (['protected'] as const) : []),
      ],
    );
  }

  #keep({ counts }: Leaving): Int32Array {
    return Int32Array.from(this.#pools, (pool, i) => roundKept(pool, pool.order.length - counts[i]!, this.#roundTo));
  }

  /** Channels kept per atom. */
  #sizes(keep: Int32Array): Float64Array {
    const sizes = this.#unpooled.slice();
    this.#atoms.forEach((atoms, i) => {
      for (let j = atoms.length - keep[i]!; j < atoms.length; j += 1) sizes[atoms[j]!]! += 1;
    });
    return sizes;
  }
}

const atomsOfPools = (pools: readonly Pool[], counter: Counter): Int32Array[] => {
  const indices = new Map(counter.atoms.map((atom, i) => [atom, i]));
  return pools.map(({ group, order }) => {
    const ofChannel = new Int32Array(group.channels);
    for (const { atom, start } of group.atoms) ofChannel.fill(indices.get(atom)!, start, start + atom.size);
    return order.map((k) => ofChannel[k]!);
  });
};

/** The plan that removes a ratio of the channels (goldens, sweeps). */
export const planRatio = (
  dependencies: Dependencies,
  scores: Scores,
  ratio: number,
  options: RankOptions & { readonly counter?: Speedup } = {},
): Plan => {
  const candidates = new Candidates(dependencies, scores, options);
  return candidates.plan(candidates.ranking.atRatio(ratio), options.counter ?? 'published');
};

/** The plan that removes least and reaches the target. */
export const plan = (dependencies: Dependencies, scores: Scores, options: PlanOptions): Plan => {
  const { target } = options;
  checkTarget(target);
  const candidates = new Candidates(dependencies, scores, options);
  const { ranking } = candidates;
  const most = candidates.speedup(ranking.at(ranking.settings), target.counter);
  if (most < target.value) {
    if (!options.accept) throw outOfReach(target, most);
    return candidates.plan(ranking.at(ranking.settings), target.counter, ['undershoot']);
  }
  // the lowest setting that reaches the target: the speed-up never falls as settings rise
  let [low, high] = [0, ranking.settings];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidates.speedup(ranking.at(middle), target.counter) >= target.value) high = middle;
    else low = middle + 1;
  }
  return flagged(candidates.plan(ranking.at(low), target.counter), target);
};

export const flagged = (found: Plan, target: PlanTarget): Plan =>
  found.achieved > target.value * SLACK ? { ...found, flags: ['overshoot', ...found.flags] } : found;

export const checkTarget = ({ value, counter }: PlanTarget): void => {
  if (value > 1 && Number.isFinite(value)) return;
  throw new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
    where: `target on ${counter} MACs`,
    expected: 'a speed-up above 1',
    got: `${value}`,
  });
};

export const outOfReach = ({ value, counter }: PlanTarget, most: number): TopiaryError =>
  new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
    where: `target ${value}x on ${counter} MACs`,
    expected: `at most ${(Math.floor(most * 100) / 100).toFixed(2)}x for this network and protection`,
    got: `${value}x`,
    cure: 'Ask for less, or lower the protection',
  });

const nothingToPrune = ({ groups, fixed }: Dependencies): TopiaryError =>
  new TopiaryError('TOPIARY_PRUNING_NOTHING_TO_PRUNE', {
    expected: 'at least one group of channels with scores that is not ignored',
    got: `${groups.length} groups, none of them such; ${fixed.length} layers keep all channels`,
    ...(fixed[0] ? { where: `${fixed[0].initializer}: ${fixed[0].reason}` } : {}),
  });
