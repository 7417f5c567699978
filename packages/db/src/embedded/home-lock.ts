/** One server per home: a lock file that names its holder, and is taken over only when the holder is provably gone. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import { isAlive, startStamp } from './process-facts.js';

export interface HomeLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly started: string | null;
  readonly at: string;
}

const read = (path: string): { text: string; holder: Holder | null } | null => {
  try {
    const text = readFileSync(path, 'utf8');
    try {
      return { text, holder: JSON.parse(text) as Holder };
    } catch {
      return { text, holder: null };
    }
  } catch {
    return null;
  }
};

const isHeld = (holder: Holder | null): boolean =>
  holder !== null &&
  isAlive(holder.pid) &&
  (holder.started === null || startStamp(holder.pid) === null || startStamp(holder.pid) === holder.started);

/** A hard link puts the whole file there or nothing: no reader ever sees half a lock. */
const tryCreate = (path: string, text: string): boolean => {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
};

/** Removes a stale lock; when somebody else was faster, theirs is put back. */
const removeStale = (path: string, stale: string): void => {
  const aside = `${path}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside)?.text !== stale) {
    try {
      linkSync(aside, path);
    } catch {
      // A third one holds it already; the loop in lockHome will see that one.
    }
  }
  rmSync(aside, { force: true });
};

/** Takes the lock of a home, or says who has it: TOPIARY_START_ALREADY_RUNNING. */
export const lockHome = (home: string): HomeLock => {
  mkdirSync(home, { recursive: true });
  const path = join(home, 'server.lock');
  const mine = `${JSON.stringify({ pid: process.pid, started: startStamp(process.pid), at: new Date().toISOString() })}\n`;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (tryCreate(path, mine)) {
      const release = (): void => {
        process.off('exit', release);
        if (read(path)?.text === mine) rmSync(path, { force: true });
      };
      process.on('exit', release);
      return { release };
    }
    const found = read(path);
    if (found === null) continue;
    if (isHeld(found.holder)) {
      throw new TopiaryError('TOPIARY_START_ALREADY_RUNNING', {
        where: home,
        expected: 'no other server on this home',
        got: `process ${found.holder?.pid}, running since ${found.holder?.at}`,
        cure: 'Stop it first, or start this one with another TOPIARY_HOME and PORT',
      });
    }
    removeStale(path, found.text);
  }
  throw new TopiaryError('TOPIARY_START_ALREADY_RUNNING', {
    where: path,
    got: 'others who take the lock over and over',
  });
};
