/** Processes that a server of this home started and that outlived it: found by what their environment says, and ended. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './process-facts.js';

/** Set for every process that a server starts; what those start in turn has it from them. */
export const STARTED_FOR = 'TOPIARY_STARTED_FOR';

const TERM_MS = 8_000;

/** Pids with this line in their environment; a process of another user is nobody's leftover of ours. */
const withVariable = (line: string): number[] => {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => {
        try {
          return pid > 0 && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(line);
        } catch {
          return false;
        }
      });
  }
  const { stdout } = spawnSync('ps', ['-Aww', '-E', '-o', 'pid=,command='], { encoding: 'utf8' });
  return (stdout ?? '')
    .split('\n')
    .filter((text) => ` ${text} `.includes(` ${line} `))
    .map((text) => Number.parseInt(text, 10));
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
};

/** The caller holds the home's lock, so whoever started them is gone. Returns how many there were. */
export const endLeftovers = async (home: string, termMs = TERM_MS): Promise<number> => {
  const line = `${STARTED_FOR}=${home}`;
  // Not this process, should it have inherited the variable.
  const found = (): number[] => withVariable(line).filter((pid) => pid !== process.pid && isAlive(pid));
  const first = found();
  if (first.length === 0) return 0;
  for (const pid of first) signal(pid, 'SIGTERM');
  for (const until = Date.now() + termMs; Date.now() < until && found().length > 0; ) await sleep(50);
  for (const pid of found()) signal(pid, 'SIGKILL');
  for (const until = Date.now() + termMs; Date.now() < until && found().length > 0; ) await sleep(50);
  return first.length;
};
