/** Turns an AbortSignal into this project's error. */
import { TopiaryError } from '@topiary/errors';

export const throwIfAborted = (signal: AbortSignal | undefined, where: string): void => {
  if (signal?.aborted) throw new TopiaryError('TOPIARY_RUNTIME_ABORTED', { where }, { cause: signal.reason });
};
