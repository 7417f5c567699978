/** A disk without room is no fault of ours, and passes: the one place that knows what systems call it. */
import { TopiaryError } from '@topiary/errors';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export const diskFull = (where: string, got: string, cause?: unknown): TopiaryError =>
  new TopiaryError(
    'TOPIARY_STORAGE_FULL',
    { where, expected: 'room for the file', got, cure: 'Try again later; the operator has to make room' },
    { cause },
  );

/** Runs `work`, and says of a full disk that it is full. */
export const roomFor = async <T>(where: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw FULL.has(code) ? diskFull(where, code, error) : error;
  }
};
