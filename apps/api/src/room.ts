/** Is there room for a file? Asked before a byte is taken: on the disk, which keeps a reserve for everybody's results. */
import { TopiaryError } from '@topiary/errors';
import type { Storage } from '@topiary/storage';
import type { ApiContext } from './context.js';

/** Throws where the storage has less room than `bytes` and the reserve. */
export const checkRoom = async (
  { storage, limits }: { readonly storage: Storage } & Pick<ApiContext, 'limits'>,
  bytes: number,
): Promise<void> => {
  const free = await storage.free();
  if (free === null || free - bytes >= limits.reserveBytes) return;
  throw new TopiaryError('TOPIARY_STORAGE_FULL', {
    where: 'storage',
    expected: `room for ${bytes} bytes beside a reserve of ${limits.reserveBytes}`,
    got: `${free} bytes`,
    cure: 'Try again later; the operator has to make room',
  });
};
