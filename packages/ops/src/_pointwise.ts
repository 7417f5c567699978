/** What element-wise operators have in common. */
import { each, WEIGHTS } from './_cost.js';
import { none, noRoles, nothing, noValue } from './_op.js';
import { elementwise, sameAsInput } from './_rules.js';

/** Everything but type, since and gradient of a function of one tensor that no counter counts. */
export const unaryOperator = {
  domain: '',
  shape: sameAsInput,
  value: noValue,
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
} as const;
