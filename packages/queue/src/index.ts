/** BullMQ on PostgreSQL or Redis, chosen by QUEUE_URL. The queue is a hint: Postgres holds the truth about a run. */
export { openQueue } from './queue.js';
export { openCounters, type SharedCounters } from './redis.js';
export type { QueueOptions, RunHandler, RunQueue, RunWorker, WorkerOptions } from './types.js';
export { openWorker } from './worker.js';
