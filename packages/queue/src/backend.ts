/** The one place that chooses between BullMQ's two backends, by the URL's protocol. */
import { TopiaryError } from '@topiary/errors';
import { createPostgresBackend, type Processor, Queue, Worker, type WorkerOptions } from 'bullmq';

/** The part of BullMQ's classes that both backends share and we use. */
export type AnyQueue = Pick<Queue, 'add' | 'addBulk' | 'getJobCounts' | 'waitUntilReady' | 'close'>;
export type AnyWorker = Pick<Worker, 'waitUntilReady' | 'close' | 'cancelAllJobs'>;

export type Settings = Omit<WorkerOptions, 'connection' | 'prefix'>;

export interface Backend {
  queue(name: string, onError: (error: Error) => void): AnyQueue;
  worker(name: string, handle: Processor, settings: Settings, onError: (error: Error) => void): AnyWorker;
}

/** Own tables in a schema of their own, made when absent; one more connection per worker listens for jobs. */
const postgres = (url: string, schema: string): Backend => {
  const connection = { connectionString: url, schema, migrate: true, max: 3, connectionTimeoutMillis: 10_000 };
  return {
    queue: (name, onError) => {
      const queue = new Queue(name, { connection }, createPostgresBackend);
      queue.on('error', onError);
      return queue as unknown as AnyQueue;
    },
    worker: (name, handle, settings, onError) => {
      const worker = new Worker(name, handle, { ...settings, connection }, createPostgresBackend);
      worker.on('error', onError);
      worker.on('failed', (_, error) => onError(error));
      return worker as unknown as AnyWorker;
    },
  };
};

/** Reconnects within seconds for as long as it takes; commands wait meanwhile. */
const redis = (url: string, prefix: string): Backend => {
  const connection = {
    url,
    maxRetriesPerRequest: null,
    connectTimeout: 10_000,
    retryStrategy: (times: number) => Math.min(100 * 2 ** times, 2_000),
  };
  return {
    queue: (name, onError) => {
      const queue = new Queue(name, { connection, prefix });
      queue.on('error', onError);
      return queue;
    },
    worker: (name, handle, settings, onError) => {
      const worker = new Worker(name, handle, { ...settings, connection, prefix });
      worker.on('error', onError);
      worker.on('failed', (_, error) => onError(error));
      return worker;
    },
  };
};

export const chooseBackend = (url: string, namespace: string): Backend => {
  if (/^postgres(ql)?:\/\//.test(url)) return postgres(url, namespace);
  if (/^rediss?:\/\//.test(url)) return redis(url, namespace);
  throw new TopiaryError('TOPIARY_START_ENVIRONMENT', {
    where: 'QUEUE_URL',
    expected: 'postgres://… or redis://…',
    got: JSON.stringify(url.split(':')[0]),
  });
};
