/** A process of ours as a service: it reports that it is alive, and one that has gone silent is ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { ALIVE } from '@topiary/sandbox';
import type { Running } from './keep.js';

/** A machine that swaps may take its time; a process that stands still for longer stands still for good. */
const SILENT_MS = 90_000;
const LOOK_MS = 5_000;
const STOP_MS = 20_000;

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
  });

/** SIGKILL also ends what is stopped (SIGSTOP). */
const stopChild = async (child: ChildProcess): Promise<void> => {
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await endOf(child);
  clearTimeout(timer);
};

export interface ProcessOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly silentMs?: number;
  /** Node's own, beside the usual ones. */
  readonly flags?: readonly string[];
}

export const startProcess = (file: string, { env, cwd, silentMs = SILENT_MS, flags = [] }: ProcessOptions): Running => {
  const child = fork(file, [], { env, cwd, execArgv: ['--enable-source-maps', '--expose-gc', ...flags] });
  let heard = Date.now();
  let isSilent = false;
  child.on('message', (message) => {
    if (message === ALIVE) heard = Date.now();
  });
  // Where this process itself was asleep (a closed laptop), nobody has been silent.
  let looked = Date.now();
  const look = Math.min(LOOK_MS, silentMs / 4);
  const watch = setInterval(() => {
    const now = Date.now();
    if (now - looked > 3 * look) heard = now;
    looked = now;
    if (now - heard < silentMs) return;
    isSilent = true;
    child.kill('SIGKILL');
  }, look);
  const ended = new Promise<Awaited<Running['ended']>>((done) => {
    child.once('error', (error) => done({ how: error.message, code: null }));
    child.once('exit', (code, signal) => {
      const how = isSilent ? `silent for ${silentMs / 1000} s` : (signal ?? `code ${code}`);
      done({ how, code });
    });
  }).finally(() => clearInterval(watch));
  return { ended, stop: () => stopChild(child) };
};
