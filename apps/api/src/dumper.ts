/** Has the dump of the day written, where it is not there yet, by a process of its own (`dump-process.ts`). */
import { type ChildProcess, fork } from 'node:child_process';
import type { BoardContext } from './context.js';
import { isDumped } from './dumps.js';

export interface Dumper {
  /** True where it was written just now. Throws with the last words of a process that failed. */
  write(): Promise<boolean>;
  /** Ends what is under way, for good; the next start of the server begins it anew. */
  stop(): void;
}

export interface DumperOptions {
  readonly db: BoardContext['db'];
  /** The bundle of the process. */
  readonly module: string;
  /** The address under which rows are found. */
  readonly site: string;
  /** Of the process; the API's own where it is absent. */
  readonly env?: NodeJS.ProcessEnv;
}

const LAST_WORDS = 2000;

export const openDumper = ({ db, module, site, env }: DumperOptions): Dumper => {
  let running: ChildProcess | null = null;
  let isOver = false;
  const run = (): Promise<void> =>
    new Promise((done, fail) => {
      let said = '';
      const child = fork(module, [site], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--enable-source-maps'],
        ...(env ? { env } : {}),
      });
      running = child;
      // first: where no process can be started there is nothing else
      child.once('error', fail);
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-LAST_WORDS);
      });
      child.once('close', (code, signal) => {
        running = null;
        if (code === 0 || isOver) return done();
        fail(new Error(`the process that writes the dump ended with ${signal ?? code}: ${said.trim()}`));
      });
    });
  return {
    write: async () => {
      if ((await isDumped({ db })) || isOver) return false;
      await run();
      return !isOver;
    },
    stop: () => {
      isOver = true;
      running?.kill('SIGTERM');
    },
  };
};
