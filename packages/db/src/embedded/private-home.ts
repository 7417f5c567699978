/** A home is for its user's eyes: folders 0700, files 0600; whoever runs Postgres as another user may pass through. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** For everything that this process and its children make from now on. */
export const PRIVATE_UMASK = 0o077;

const withoutOthers = (path: string, keep: number): void => {
  const { mode } = statSync(path);
  const wanted = mode & (0o700 | keep);
  if ((mode & 0o777) !== (wanted & 0o777)) chmodSync(path, wanted);
};

/**
 * Makes the home if it is not there, and takes from others what an older release had left to them. What belongs to
 * another user (the cluster, where root starts it) or lies elsewhere (a link) is not ours to change.
 */
export const privateHome = (home: string): void => {
  process.umask(PRIVATE_UMASK);
  mkdirSync(home, { recursive: true });
  const own = process.getuid?.();
  if (own === undefined || statSync(home).uid !== own) return;
  withoutOthers(home, own === 0 ? 0o011 : 0);
  for (const name of readdirSync(home)) {
    const path = join(home, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.uid === own && !found.isSymbolicLink()) withoutOthers(path, 0);
  }
};
