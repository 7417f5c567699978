/** A queue that does not answer is an error after a while, not a wait without end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { TopiaryError } from '@topiary/errors';

const PATIENCE_MS = 10_000;

export const unavailable = (cause: unknown): TopiaryError =>
  new TopiaryError(
    'TOPIARY_QUEUE_UNAVAILABLE',
    { where: 'QUEUE_URL', got: cause instanceof Error ? cause.message : String(cause) },
    { cause },
  );

export const withPatience = async <T>(work: Promise<T>, milliseconds = PATIENCE_MS): Promise<T> => {
  const timer = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${milliseconds / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    // The work goes on; what it throws later has nobody left to hear it.
    work.catch(() => undefined);
    throw unavailable(error);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
};
