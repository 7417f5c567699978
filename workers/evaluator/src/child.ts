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
import type { FromChild, Task } from './messages.js';
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

const contextOf = async (task: Task): Promise<RunContext> => {
  const { board } = task;
  const threads = task.threads || availableParallelism();
  const usable = (await providers()).find(
    (p) => p.available && (task.provider === 'auto' || p.provider === task.provider),
  );
  return {
    task,
    board,
    protocol: protocolOf(board),
    storage: await openStorage(task.storageUrl),
    report: new Reporter(
      task.run.stages,
      { finetune: 12, evaluate: 2, measure: 2, prepare: 2 },
      (message) => void send(message),
    ),
    lock: new MeasureLock(task.home),
    compile: { provider: task.provider, threads },
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

process.once('message', async (task: Task) => {
  try {
    const context = await contextOf(task);
    await send(await KINDS[task.run.kind](context));
  } catch (error) {
    await send({ type: 'problem', problem: toProblem(asTopiaryError(error)) });
  }
  process.exit(0);
});
