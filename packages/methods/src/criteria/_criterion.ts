/**
 * What a criterion declares, and the decisions that all criteria share, by name: how one member's elements become a
 * number per channel (`_elements.ts`), how members add up (`reduce`), how a group is put on a scale (`normalise`).
 */
import type { ParameterDescription } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type About, choice, flag, isSet, type Params, textOf } from '../_method.js';
import type { PerInitializer, Rng, Statistics } from '../statistics/_statistic.js';
import type { ElementSums } from './_elements.js';
import type { GroupView, MemberView } from './_group-view.js';

export type { Rng };

/** A statistic, and how many examples are enough for it; null: all that the recipe gives. */
export interface Wanted {
  readonly statistic: string;
  readonly examples: number | null;
}

export interface ScoreContext {
  readonly group: GroupView;
  readonly statistics: Statistics;
  readonly params: Params;
  readonly rng: Rng;
  /** Sums that groups of one network share: a weight stands in two of them. Without it each group sums anew. */
  readonly sums?: ElementSums;
}

export interface Criterion extends About<'criterion'> {
  /** `first-crossing` re-estimates while it prunes; `bisect` takes the scores as they are. */
  readonly solve: 'bisect' | 'first-crossing';
  /** What is to be collected before the network can be scored. */
  readonly collects: (params: Params) => readonly Wanted[];
  /** One score per channel, low = cut first; null: the group has no score and is never pruned. */
  readonly score: (context: ScoreContext) => Float64Array | null;
}

/** For criteria that look at weights alone. */
export const nothing: Criterion['collects'] = () => [];

/** A statistic over all the examples that the recipe gives. */
export const whole =
  (statistic: string): Criterion['collects'] =>
  () => [{ statistic, examples: null }];

/** What was collected, by initialiser; asking for something else than `collects` names is a fault. */
export const collected = ({ statistics }: ScoreContext, criterion: string, statistic: string): PerInitializer => {
  const found = statistics.get(statistic);
  if (found) return found;
  throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
    where: criterion,
    expected: `statistic ${statistic}`,
    got: [...statistics.keys()].join(', ') || 'none',
  });
};

/** A score per place along each member's axis. */
export interface Item {
  readonly member: MemberView;
  readonly sums: Float64Array;
}

export const REDUCE = choice(
  'reduce',
  'Members',
  'How the scores of the layers in a group are put together: their mean over the layers that hold the channel, their sum, or the largest.',
  ['mean', 'sum', 'max'],
);

export const NORMALISE = choice(
  'normalise',
  'Scale',
  "How a group's scores are made comparable with another group's: divided by their mean, maximum or sum; moved to 0 … 1 (standardise); to mean 0 and deviation 1 (gaussian); or left as they are.",
  ['mean', 'max', 'sum', 'standardise', 'gaussian', 'none'],
);

export const COMPAT = flag(
  'code_compat',
  'As the published code',
  'Computes as the published code does where it differs from the paper: the mean over members divides by all of them, even where a channel is missing from some.',
);

/** Parameters of every criterion that reduces over members. */
export const SHARED: readonly ParameterDescription[] = [REDUCE, NORMALISE, COMPAT];

/** The score of a channel in one member: the sum over its places; null where it has none. */
const itemScore = ({ member, sums }: Item, channel: number): number | null => {
  const { offsets, positions, divisor } = member;
  const [from, to] = [offsets[channel]!, offsets[channel + 1]!];
  if (from === to) return null;
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += sums[positions[i]!]!;
  return sum / divisor;
};

/** Puts the members of a group together; a channel that no member holds scores 0. */
export const reduce = (items: readonly Item[], channels: number, params: Params): Float64Array => {
  const how = textOf(params, 'reduce');
  const scores = new Float64Array(channels);
  for (let k = 0; k < channels; k += 1) {
    let present = 0;
    for (const item of items) {
      const score = itemScore(item, k);
      if (score === null) continue;
      present += 1;
      scores[k] = how === 'max' ? Math.max(scores[k]!, score) : scores[k]! + score;
    }
    if (how === 'mean') scores[k]! /= Math.max(1, isSet(params, 'code_compat') ? items.length : present);
  }
  return scores;
};

/** Keeps an all-zero group from dividing by zero. */
const EPSILON = 1e-12;
/** Of the two rules that divide by a spread, as published. */
const SPREAD_EPSILON = 1e-8;

const sumOf = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);

const deviation = (x: Float64Array, centre: number): number =>
  x.length < 2 ? 0 : Math.sqrt(x.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (x.length - 1));

/** Puts the scores of a group on a scale that other groups share. */
export const normalise = (x: Float64Array, how: string): Float64Array => {
  const centre = sumOf(x) / x.length;
  const low = x.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  switch (how) {
    case 'none':
      return x;
    case 'mean':
      return x.map((value) => value / (centre + EPSILON));
    case 'max':
      return x.map((value) => value / (high + EPSILON));
    case 'sum':
      return x.map((value) => value / (sumOf(x) + EPSILON));
    case 'standardise':
      return x.map((value) => (value - low) / (high - low + SPREAD_EPSILON));
    case 'gaussian': {
      const spread = deviation(x, centre) + SPREAD_EPSILON;
      return x.map((value) => (value - centre) / spread);
    }
    default:
      throw new TopiaryError('TOPIARY_METHODS_PARAMETER', {
        where: 'normalise',
        expected: (NORMALISE.choices ?? []).join(', '),
        got: how,
      });
  }
};

/** Reduce and normalise; a group in which nothing can be scored is never pruned. */
export const combine = (items: readonly Item[], { group, params }: ScoreContext): Float64Array | null =>
  items.length === 0 ? null : normalise(reduce(items, group.channels, params), textOf(params, 'normalise'));
