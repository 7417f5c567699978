/**
 * Which test examples a run answered correctly, as its stored bits say. The bits stay on the server (published, they
 * would leak the test split); only tests and intervals that follow from them leave it.
 */
import type { LeaderboardSource } from '@topiary/db';
import { type Correct, unpackBits } from '@topiary/stats';
import type { Storage } from '@topiary/storage';

/** Null where a run stored none, or its file is gone. */
export const correctOf = async (
  storage: Storage,
  { correctSha256, metrics }: LeaderboardSource,
): Promise<Correct | null> => {
  const n = metrics.find(({ phase }) => phase !== 'base')?.n;
  if (correctSha256 === null || n === undefined || (await storage.stat(correctSha256)) === null) return null;
  return unpackBits(await storage.read(correctSha256), n);
};
