/** What can be known about another process: whether it lives, since when, and what it runs. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const linux = process.platform === 'linux';

const slurp = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

const ps = (pid: number, column: string): string | null => {
  const { status, stdout } = spawnSync('ps', ['-p', String(pid), '-o', `${column}=`], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
};

/** Fields of /proc/<pid>/stat after the command, which may itself hold spaces and brackets. */
const statFields = (pid: number): string[] | null => {
  const text = slurp(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
};

/** A process that only waits to be reaped (a zombie) counts as gone. */
export const isAlive = (pid: number): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (linux) {
    const state = statFields(pid)?.[0];
    return state !== undefined && state !== 'Z' && state !== 'X';
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The id is in use in any way, zombies included: what a signal 0 of another program would find. */
export const isListed = (pid: number): boolean => (linux ? statFields(pid) !== null : isAlive(pid));

/** Tells two processes with the same id apart; null when the process is gone. */
export const startStamp = (pid: number): string | null => {
  if (!linux) return ps(pid, 'lstart');
  const ticks = statFields(pid)?.[19]; // field 22: start time in ticks after boot
  return ticks === undefined ? null : `${slurp('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${ticks}`;
};

/** The arguments of a process; outside Linux one string with all of them. */
export const commandLine = (pid: number): string[] => {
  if (linux) return slurp(`/proc/${pid}/cmdline`)?.split('\0').slice(0, -1) ?? [];
  const line = ps(pid, 'command');
  return line === null ? [] : [line];
};

/** Processes whose working folder is this one: every process of a Postgres cluster. Known on Linux only. */
export const processesIn = (directory: string): number[] => {
  if (!linux) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === directory;
      } catch {
        return false;
      }
    });
};
