/** Targets of procedures that cut until the MACs are few enough. */
import type { Target } from '@topiary/contracts';

const AXIS = 'macs';

/** Why such a procedure cannot reach a target: cut by MACs, it would be called by what it does not have; null: it can. */
export const refusesTarget = (target: Target | null, without: string): string | null => {
  if (target === null) return `no target: ${without}`;
  return target.axis === AXIS ? null : `target ${target.label}: it cuts until a target on ${AXIS} is reached`;
};
