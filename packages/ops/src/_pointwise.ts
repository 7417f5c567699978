/** What element-wise operators have in common. */
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
  roles: noRoles,
} as const;
