/** What the normalising operators share. */
import type { Roles } from './_op.js';

/** scale, bias, mean, variance as inputs 1 to 4. */
export const batchNormalizationRoles: Roles = () => ({
  1: { role: 'scale' },
  2: { role: 'shift' },
  3: { role: 'statistic' },
  4: { role: 'statistic' },
});
