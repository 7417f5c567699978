/** What operators have in common that prepare numbers (comparisons, shapes, indices): no slope, no channels. */
import { each, WEIGHTS } from './_cost.js';
import { none, noRoles, nothing, stops } from './_op.js';
import { elementwise, keepsAll } from './_rules.js';

/** Everything but type, since, shape and value of an element-wise operator without a slope. */
export const elementwiseHelper = {
  domain: '',
  gradient: stops,
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
} as const;

/** The same for an operator that lets no dimension of its inputs shrink. */
export const wholeHelper = { ...elementwiseHelper, channels: keepsAll } as const;
