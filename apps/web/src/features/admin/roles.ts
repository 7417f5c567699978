/** The roles, from the least to the most. */
import type { Role } from '@topiary/contracts';

export const ROLES = ['user', 'organiser', 'admin'] as const satisfies readonly Role[];
