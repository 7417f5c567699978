/** The process that computes one attempt at a run: onnxruntime on its main thread, no database, no queue. */
import { availableParallelism } from 'node:os';
import { toProblem } from '@topiary/contracts';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { providers } from '@topiary/runtime';
import { openStorage } from '@topiary/storage';
import { protocolOf } from '@topiary/tracks';
import { criterionRun } from './criterion-run.js';
import { importRun } from './import-run.js';
import { describeMachine } from './machine.js';
import { MeasureLock } from './measure-lock.js';
import type { FromChild, Job } from './messages.js';
import { prunedModelsRun } from './pruned-models-run.js';
import { recipeRun } from './recipe-run.js';
import { Reporter } from './reporter.js';
import type { RunContext } from './run-context.js';

const KINDS = {
  recipe: recipeRun,
  'pruned-models': (context: RunContext) => prunedModelsRun(context),
  criterion: (context: RunContext) => criterionRun(context),
  import: importRun,
} as const;

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// Ctrl-C reaches the whole group; the parent decides what becomes of the run.
process.on('SIGINT', () => undefined);
// Without a parent nobody wants the result.
if (process.send && !process.connected) process.exit(1);
process.on('disconnect', () => process.exit(1));

const send = (message: FromChild): Promise<void> =>
  new Promise((done) => {
    if (!process.send) return done();
    process.send(message, undefined, {}, () => done());
  });

const contextOf = async (job: Job): Promise<RunContext> => {
  const { board } = job;
  const threads = job.threads || availableParallelism();
  const usable = (await providers()).find(
    (p) => p.available && (job.provider === 'auto' || p.provider === job.provider),
  );
  return {
    job,
    board,
    protocol: protocolOf(board),
    storage: await openStorage(job.storageUrl),
    report: new Reporter(
      job.run.stages,
      { finetune: 12, evaluate: 2, measure: 2, prepare: 2 },
      (message) => void send(message),
    ),
    lock: new MeasureLock(job.home),
    compile: { provider: job.provider, threads },
    machine: describeMachine({ provider: usable?.provider ?? 'cpu', threads }),
    signal: stop.signal,
  };
};

const asTopiaryError = (error: unknown): TopiaryError =>
  isTopiaryError(error)
    ? error
    : new TopiaryError('TOPIARY_WORKER_CRASHED', {
        got: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });

process.once('message', async (job: Job) => {
  try {
    const context = await contextOf(job);
    await send(await KINDS[job.run.kind](context));
  } catch (error) {
    await send({ type: 'problem', problem: toProblem(asTopiaryError(error)) });
  }
  process.exit(0);
});
