/** The parameter and the members that the magnitude criteria share. */
import type { ParameterDescription } from '@topiary/contracts';
import type { MemberRole } from '@topiary/pruning';
import { flag, isSet, type Params } from '../_method.js';
import { combine, type Item, type ScoreContext } from './_criterion.js';
import { type ElementRule, reduceElements } from './_elements.js';

export const BIAS: ParameterDescription = flag(
  'bias',
  'Count biases',
  'Biases of convolutions and linear layers and shifts of norms count as members of their own.',
);

const rolesOf = (params: Params): readonly MemberRole[] =>
  isSet(params, 'bias') ? ['out', 'in', 'scale', 'bias', 'shift'] : ['out', 'in', 'scale'];

/** Output rows, input columns and norm scales, each a member of equal weight. */
export const magnitudeItems = (rule: ElementRule, { group, params, sums }: ScoreContext): Item[] => {
  const roles = rolesOf(params);
  return group.members
    .filter(({ role }) => roles.includes(role))
    .map((member) => ({ member, sums: reduceElements(rule, member, undefined, sums) }));
};

export const magnitudeScore = (rule: ElementRule, context: ScoreContext): Float64Array | null =>
  combine(magnitudeItems(rule, context), context);
