/** Adding runs to the queue: one BullMQ queue per kind of device. */
import { RUN_QUEUE, type RunJob, runJobId } from '@topiary/contracts';
import { type AnyQueue, chooseBackend } from './backend.js';
import { withPatience } from './patience.js';
import { seldom } from './seldom.js';
import type { QueueOptions, RunQueue } from './types.js';

export const DEFAULT_NAMESPACE = 'topiary_queue';

/** Saying goodbye to a backend that is away is not worth more. */
export const CLOSING_MS = 5_000;

type Device = RunJob['capability']['device'];
const DEVICES: readonly Device[] = ['cpu', 'gpu'];

export const queueName = (device: Device): string => (device === 'cpu' ? RUN_QUEUE : `${RUN_QUEUE}-${device}`);

/** Retries are the reconciler's business: the truth about a run is in Postgres. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** Opens at first use and again after a failed opening: a backend that comes up late is found. */
class LazyQueue {
  readonly #make: () => AnyQueue;
  #open: Promise<AnyQueue> | null = null;

  constructor(make: () => AnyQueue) {
    this.#make = make;
  }

  get(): Promise<AnyQueue> {
    this.#open ??= this.#start().catch((error: unknown) => {
      this.#open = null;
      throw error;
    });
    return this.#open;
  }

  async #start(): Promise<AnyQueue> {
    const queue = this.#make();
    try {
      await withPatience(queue.waitUntilReady());
      return queue;
    } catch (error) {
      void queue.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const queue = await this.#open?.catch(() => null);
    if (queue) await withPatience(queue.close(), CLOSING_MS).catch(() => undefined);
  }
}

/** Does not wait for the backend; `ping` does. */
export const openQueue = async (url: string, options: QueueOptions = {}): Promise<RunQueue> => {
  const backend = chooseBackend(url, options.namespace ?? DEFAULT_NAMESPACE);
  const onError = seldom(options.onError ?? (() => undefined));
  const open = (device: Device) => new LazyQueue(() => backend.queue(queueName(device), onError));
  const queues = { cpu: open('cpu'), gpu: open('gpu') };

  const counts = async () => {
    const sum = { waiting: 0, active: 0, delayed: 0 };
    for (const device of DEVICES) {
      const queue = await queues[device].get();
      const found = await withPatience(queue.getJobCounts('waiting', 'active', 'delayed'));
      for (const state of ['waiting', 'active', 'delayed'] as const) sum[state] += found[state] ?? 0;
    }
    return sum;
  };

  return {
    add: async (job, { delayMs } = {}) => {
      const queue = await queues[job.capability.device].get();
      const delay = delayMs === undefined ? {} : { delay: delayMs };
      await withPatience(queue.add('run', job, { ...ONCE, ...delay, jobId: runJobId(job) }));
    },
    addAll: async (jobs) => {
      for (const device of DEVICES) {
        const own = jobs.filter(({ capability }) => capability.device === device);
        if (own.length === 0) continue;
        const queue = await queues[device].get();
        const all = own.map((job) => ({ name: 'run', data: job, opts: { ...ONCE, jobId: runJobId(job) } }));
        await withPatience(queue.addBulk(all));
      }
    },
    counts,
    ping: async () => {
      const queue = await queues.cpu.get();
      await withPatience(queue.getJobCounts('active'));
    },
    close: async () => {
      await Promise.all(DEVICES.map((device) => queues[device].close()));
    },
  };
};
