/** Queueing the seeds that would tell two rows apart. */
import type { MoreSeeds } from '@topiary/contracts';
import { at, json, request } from './api.js';

export const queueSeeds = (board: string, rows: readonly [string, string]): Promise<MoreSeeds> =>
  request<MoreSeeds>(`/boards/${at(board)}/seeds`, json('POST', { rows }));
