/** What a criterion looks at: weights, activations or gradients. */
import { METHODS } from '@topiary/methods/catalogue';

export const FAMILIES = ['weights', 'activations', 'gradients'] as const;
export type Family = (typeof FAMILIES)[number];

/** By a criterion's id. */
export const familyOf = (criterion: unknown): Family => {
  const needs = METHODS.find(({ kind, id }) => kind === 'criterion' && id === criterion)?.needs ?? [];
  if (needs.length === 0) return 'weights';
  return needs.some((need) => /gradient|fisher/.test(need)) ? 'gradients' : 'activations';
};
