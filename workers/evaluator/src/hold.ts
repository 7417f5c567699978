/** Whether a result has to wait for somebody's eyes before it is ranked. */
import type { Result } from '@topiary/contracts';
import type { ClaimedRun, Database } from '@topiary/db';
import { timeContradicts } from '@topiary/gate';

/** In words; null where there is nothing to doubt, or nothing was timed. */
export const heldBecause = async (
  { held }: Pick<Database, 'held'>,
  { board }: Pick<ClaimedRun, 'board'>,
  { latency, macs, machine }: Result,
): Promise<string | null> => {
  if (latency === null || latency === undefined || !macs) return null;
  const own = { macs: macs.pure.left / macs.pure.base, time: latency.p50Ms / latency.baseP50Ms };
  const comparable = Number.isFinite(own.macs) && Number.isFinite(own.time);
  return comparable ? timeContradicts(own, await held.timed(board, machine.fingerprint)) : null;
};
