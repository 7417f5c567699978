/** Processes that wait for runs: one for each run, none that was used, none left over. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Children } from '../../../workers/evaluator/src/children.js';

let home: string;
let path: string;
let children: Children;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'topiary-children-'));
  path = join(home, 'child.mjs');
  // Counts in a global what this process was given, as what leaks from run to run would.
  writeFileSync(
    path,
    `globalThis.seen = [];
     process.on('message', (job) => {
       seen.push(job);
       process.send({ pid: process.pid, seen });
       setTimeout(() => process.exit(0), 50);
     });`,
  );
  children = new Children(path);
});
afterEach(() => {
  children.close();
  rmSync(home, { recursive: true });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const run = async (job: string) => {
  const child = children.take();
  const said = once(child, 'message');
  child.send(job);
  const [answer] = await said;
  if (child.exitCode === null) await once(child, 'exit');
  return answer as { pid: number; seen: string[] };
};

const pidOf = ({ pid }: ChildProcess): number => pid!;
const waiting = () => vi.waitFor(() => expect(children.waiting).not.toBeNull(), 10_000);
const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);

it('two runs have two processes, and the second knows nothing of the first', async () => {
  const first = await run('first');
  await waiting();
  const next = children.waiting;
  const second = await run('second');
  expect(second.pid).toBe(next);
  expect(second.pid).not.toBe(first.pid);
  expect([first.seen, second.seen]).toEqual([['first'], ['second']]);
  expect(isAlive(first.pid)).toBe(false);
});

it('no more than one waits', () => {
  children.prepare();
  const pid = children.waiting;
  children.prepare();
  expect(children.waiting).toBe(pid);
});

it('one that died while it waited is not given away', async () => {
  children.prepare();
  const dead = children.waiting!;
  process.kill(dead, 'SIGKILL');
  await vi.waitFor(() => expect(children.waiting).toBeNull(), 10_000);
  expect((await run('a run')).pid).not.toBe(dead);
});

it('one that nobody takes ends when its time is over, and one that is taken goes on', async () => {
  children = new Children(path, 300);
  children.prepare();
  const taken = children.take();
  children.prepare();
  const left = children.waiting!;
  await gone(left);
  expect(children.waiting).toBeNull();
  expect(isAlive(pidOf(taken))).toBe(true);
  taken.kill('SIGKILL');
});

it('when the worker ends, none waits and none is started', async () => {
  children.prepare();
  const pid = children.waiting!;
  children.close();
  await gone(pid);
  await run('the last');
  expect(children.waiting).toBeNull();
});
