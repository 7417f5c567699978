/** What a queue must do on every backend: each job once, later, again after a stall or a death, through an outage. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunJob } from '@topiary/contracts';
import { openQueue, openWorker, type RunQueue, type RunWorker, type WorkerOptions } from '@topiary/queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

export interface TestBackend {
  readonly url: string;
  /** Cuts all connections and refuses new ones until `restore`. */
  interrupt(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

const job = (run: string, device: 'cpu' | 'gpu' = 'cpu', attempt = 1): RunJob => ({
  run,
  attempt,
  capability: { device, memoryBytes: 1 },
});

const NOTHING = { waiting: 0, active: 0, delayed: 0 };

/** Short, so that a stall is noticed within the test. */
const LOCK_MS = 1_000;

const root = resolve(import.meta.dirname, '../../..');
const script = join(import.meta.dirname, 'worker-process.ts');

export const queueContract = (name: string, start: () => Promise<TestBackend>): void => {
  describe(`the queue on ${name}`, () => {
    let backend: TestBackend;
    let queue: RunQueue;
    let namespace: string;
    let workers: RunWorker[];
    let children: ChildProcess[];
    beforeAll(async () => {
      backend = await start();
    });
    afterAll(() => backend.close());
    beforeEach(async () => {
      namespace = `q_${randomBytes(4).toString('hex')}`;
      queue = await openQueue(backend.url, { namespace });
      workers = [];
      children = [];
    });
    afterEach(async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
    });

    const work = async (handler: (job: RunJob, signal: AbortSignal) => Promise<void>, options: WorkerOptions = {}) => {
      const worker = await openWorker(backend.url, handler, { namespace, lockMs: LOCK_MS, ...options });
      workers.push(worker);
      return worker;
    };

    const collect = async (options: WorkerOptions = {}) => {
      const taken: string[] = [];
      const worker = await work(async ({ run }) => void taken.push(run), options);
      return { taken, worker };
    };

    /** A worker in a process of its own, once it holds the job. */
    const holdElsewhere = async (run: string) => {
      const child = spawn(process.execPath, ['--import', 'tsx', script, backend.url, namespace, `${LOCK_MS}`], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const lines = createInterface({ input: child.stdout! });
      await new Promise<void>((done) => lines.on('line', (line) => line === `took ${run}` && done()));
      return child;
    };

    it('hands each job to one worker and forgets it', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
      for (const run of names) await queue.add(job(run));
      expect(await queue.counts()).toEqual({ ...NOTHING, waiting: 20 });
      const [first, second] = [await collect(), await collect()];
      await vi.waitFor(async () => expect(await queue.counts()).toEqual(NOTHING), 10_000);
      expect([...first.taken, ...second.taken].sort()).toEqual([...names].sort());
    });

    it('keeps a waiting job once, and takes the next attempt as another job', async () => {
      await Promise.all([1, 2, 3].map(() => queue.add(job('same'))));
      await queue.add(job('same', 'cpu', 2));
      expect((await queue.counts()).waiting).toBe(2);
      const { taken } = await collect();
      await vi.waitFor(() => expect(taken).toEqual(['same', 'same']), 5_000);
      await vi.waitFor(async () => expect(await queue.counts()).toEqual(NOTHING), 5_000);
      await queue.add(job('same'));
      await vi.waitFor(() => expect(taken).toHaveLength(3), 5_000);
    });

    it('takes many jobs at once, each to the queue of its device, and those that wait already once', async () => {
      await queue.add(job('a'));
      await queue.addAll([job('a'), job('b'), job('g', 'gpu'), job('b')]);
      expect((await queue.counts()).waiting).toBe(3);
      const { taken } = await collect();
      await vi.waitFor(() => expect(taken).toEqual(['a', 'b']), 5_000);
      await queue.addAll([]);
    });

    it('wakes an idle worker within a moment', async () => {
      const { taken } = await collect();
      await sleep(300);
      const start = performance.now();
      await queue.add(job('quick'));
      await vi.waitFor(() => expect(taken).toEqual(['quick']), { timeout: 5_000, interval: 5 });
      expect(performance.now() - start).toBeLessThan(4_500); // a poll would take 5 s
    });

    it('gives jobs for a GPU only to workers that have one', async () => {
      await queue.add(job('big', 'gpu'));
      await queue.add(job('small'));
      const cpu = await collect();
      await vi.waitFor(() => expect(cpu.taken).toEqual(['small']), 5_000);
      const gpu = await collect({ device: 'gpu' });
      await vi.waitFor(() => expect(gpu.taken).toEqual(['big']), 5_000);
      expect(cpu.taken).toEqual(['small']);
    });

    it('delays', async () => {
      const { taken } = await collect();
      const start = performance.now();
      await queue.add(job('later'), { delayMs: 1_500 });
      expect(await queue.counts()).toEqual({ ...NOTHING, delayed: 1 });
      await vi.waitFor(() => expect(taken).toEqual(['later']), { timeout: 8_000, interval: 10 });
      expect(performance.now() - start).toBeGreaterThanOrEqual(1_495); // timers count in whole milliseconds
    });

    it('reports what a handler throws, and does not try again', async () => {
      const onError = vi.fn();
      const handler = vi.fn(async () => {
        throw new Error('broken handler');
      });
      await work(handler, { onError });
      await queue.add(job('bad'));
      await vi.waitFor(
        () => expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: 'broken handler' })),
        10_000,
      );
      await sleep(300);
      expect(handler).toHaveBeenCalledOnce();
      expect(await queue.counts()).toEqual(NOTHING);
    });

    it('waits for the job in hand when it closes, or aborts it', async () => {
      const ended: string[] = [];
      const patient = await work(async ({ run }, signal) => {
        await sleep(400, undefined, { signal }).catch(() => undefined);
        ended.push(signal.aborted ? `${run} aborted` : `${run} done`);
      });
      await queue.add(job('one'));
      await vi.waitFor(async () => expect((await queue.counts()).active).toBe(1), 5_000);
      await patient.close();
      expect(ended).toEqual(['one done']);

      const hasty = await work(async ({ run }, signal) => {
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        ended.push(signal.aborted ? `${run} aborted` : `${run} done`);
      });
      await queue.add(job('two'));
      await vi.waitFor(async () => expect((await queue.counts()).active).toBe(1), 5_000);
      await hasty.close(true);
      expect(ended).toEqual(['one done', 'two aborted']);
    });

    it('hands a job out again when its worker stalls', async () => {
      await queue.add(job('stalled'));
      const child = await holdElsewhere('stalled');
      child.kill('SIGSTOP');
      const { taken } = await collect();
      await vi.waitFor(() => expect(taken).toEqual(['stalled']), 15_000);
    });

    it('hands a job out again when its worker is killed', async () => {
      await queue.add(job('orphan'));
      const child = await holdElsewhere('orphan');
      child.kill('SIGKILL');
      const { taken } = await collect();
      await vi.waitFor(() => expect(taken).toEqual(['orphan']), 15_000);
    });

    it('comes back after an outage: nothing lost, workers at work again', async () => {
      const onError = vi.fn();
      const { taken } = await collect({ onError });
      await queue.add(job('before'), { delayMs: 1_500 });
      await backend.interrupt();
      await sleep(500);
      await backend.restore();
      await vi.waitFor(() => queue.add(job('after')), { timeout: 15_000, interval: 200 });
      await vi.waitFor(() => expect([...taken].sort()).toEqual(['after', 'before']), 20_000);
      await vi.waitFor(async () => expect(await queue.counts()).toEqual(NOTHING), 5_000);
    });

    it('is found by queue and worker when it starts after them', async () => {
      await backend.interrupt();
      const early = await openQueue(backend.url, { namespace: `${namespace}_late` });
      const opening = collect({ namespace: `${namespace}_late` });
      await sleep(500);
      await backend.restore();
      await vi.waitFor(() => early.add(job('patient')), { timeout: 20_000, interval: 200 });
      const { taken } = await opening;
      await vi.waitFor(() => expect(taken).toEqual(['patient']), 20_000);
      await early.close();
    });
  });
};
