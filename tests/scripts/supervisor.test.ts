/** What `npm start` does when its processes end, with processes that do nothing else. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endLeftovers, STARTED_FOR } from '@topiary/db';
import { afterAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../packages/db/src/embedded/process-facts.js';
import { EX_CONFIG, type Kept, keep, type Running, unitsBefore } from '../../scripts/supervisor/keep.js';
import { startProcess } from '../../scripts/supervisor/process.js';
import { until } from '../helpers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'topiary-supervisor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** A service that the test ends. */
const controlled = () => {
  const ends: ((code: number) => void)[] = [];
  const start = async (): Promise<Running> => {
    let end: (code: number) => void = () => undefined;
    const ended = new Promise<{ how: string; code: number }>((done) => {
      end = (code) => done({ how: `code ${code}`, code });
    });
    ends.push(end);
    return { ended, stop: async () => end(0) };
  };
  return { ends, start };
};

const started = (ends: readonly unknown[], count: number) =>
  until(`start ${count}`, 5_000, async () => ends.length === count);

describe('a service that ends', () => {
  it('is started again, later and later, and each time that is said', async () => {
    const { ends, start } = controlled();
    const said: string[] = [];
    const kept = keep({ name: 'it', start, say: (line) => said.push(line), unitMs: 10 });
    for (let count = 1; count <= 4; count += 1) {
      await started(ends, count);
      ends.at(-1)!(3);
    }
    await started(ends, 5);
    await kept.stop();
    expect(said).toEqual(
      [0.01, 0.02, 0.04, 0.08].map((seconds) => `it ended (code 3); starting it again in ${seconds} s`),
    );
    expect(ends).toHaveLength(5);
  });

  it('waits for half a minute at most, and for five where its settings are wrong', () => {
    expect([1, 2, 3, 7, 50].map((failures) => unitsBefore(failures, 1) / 2)).toEqual([0.5, 1, 2, 30, 30]);
    expect(unitsBefore(1, EX_CONFIG) / 2).toBe(300);
  });

  it('is started again at once when that was asked for, and not at all where its end is final', async () => {
    const { ends, start } = controlled();
    const said: string[] = [];
    const kept: Kept = keep({
      name: 'it',
      start,
      say: (line) => said.push(line),
      isFinal: ({ code }) => code === 9,
      unitMs: 60_000,
    });
    await started(ends, 1);
    await kept.restart();
    await started(ends, 2);
    ends.at(-1)!(9);
    await kept.stop();
    expect([ends.length, said]).toEqual([2, []]);
  });
});

describe('a process', () => {
  it('that has not said anything for too long is ended', async () => {
    const blocked = file('blocked.mjs', 'process.on("SIGTERM", () => undefined); for (;;);');
    const { ended } = startProcess(blocked, { env: process.env, cwd: folder, silentMs: 400 });
    expect((await ended).how).toMatch(/^silent for 0.4 s$/);
  });

  it('that outlived the server of its home is ended by the next start, with what it started itself', async () => {
    const child = file('child.mjs', 'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000);');
    const parent = file(
      'parent.mjs',
      `import { fork } from 'node:child_process'; process.send(fork(${JSON.stringify(child)}).pid); process.on('disconnect', () => undefined);`,
    );
    const env = { ...process.env, [STARTED_FOR]: join(folder, 'home') };
    const leftover = fork(parent, { env, execArgv: [] });
    const below = await new Promise<number>((done) => leftover.once('message', (pid) => done(pid as number)));
    process.kill(below, 'SIGSTOP');
    expect(await endLeftovers(join(folder, 'another'))).toBe(0);
    expect(await endLeftovers(join(folder, 'home'), 500)).toBe(2);
    expect([leftover.pid!, below].filter(isAlive)).toEqual([]);
  }, 30_000);

  it('whose parent was gone before it had loaded its code ends by itself', async () => {
    const tied = file(
      'tied.ts',
      `await new Promise((next) => setTimeout(next, 1500));
       const { tieToParent } = await import(${JSON.stringify(resolve('packages/sandbox/src/parent.ts'))});
       setInterval(() => undefined, 1000);
       tieToParent(() => process.exit(0));`,
    );
    const parent = file(
      'starter.mjs',
      `import { fork } from 'node:child_process';
       const child = fork(${JSON.stringify(tied)}, { execArgv: ['--import', ${JSON.stringify(import.meta.resolve('tsx'))}], stdio: 'ignore' });
       process.send(child.pid); setInterval(() => undefined, 1000);`,
    );
    const starter = fork(parent, { execArgv: [] });
    const pid = await new Promise<number>((done) => starter.once('message', (id) => done(id as number)));
    starter.kill('SIGKILL');
    await until('the process to end', 10_000, async () => !isAlive(pid));
  }, 20_000);
});
