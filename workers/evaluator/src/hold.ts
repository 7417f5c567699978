/** Whether a result has to wait for somebody's eyes before it is ranked. */
import type { Result } from '@topiary/contracts';
import type { ClaimedRun, Database } from '@topiary/db';
import { timeContradicts } from '@topiary/gate/time-contradicts';
import { isSteady } from './steady.js';

/** Kinds whose networks were made elsewhere; what this project cut itself hides no work. */
const MADE_ELSEWHERE: ReadonlySet<ClaimedRun['kind']> = new Set(['pruned-models']);

/** In words; null where there is nothing to doubt, nothing was timed, or the machine was too busy to tell. */
export const heldBecause = async (
  { held }: Pick<Database, 'held'>,
  { board, kind }: Pick<ClaimedRun, 'board' | 'kind'>,
  { latency, macs, machine }: Result,
): Promise<string | null> => {
  if (!MADE_ELSEWHERE.has(kind) || latency === null || latency === undefined || !macs || !isSteady(latency))
    return null;
  const own = { macs: macs.pure.left / macs.pure.base, time: latency.p50Ms / latency.baseP50Ms };
  const comparable = Number.isFinite(own.macs) && Number.isFinite(own.time);
  return comparable ? timeContradicts(own, await held.timed(board, machine.fingerprint)) : null;
};
