/** What a procedure is given, on a small classifier and few pictures, as a worker makes it; no server, no database. */
import { tmpdir } from 'node:os';
import type { ProcedureContext } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { type Pipeline, single } from '@topiary/pipeline';
import { type BoundTask, bindClassifier } from '@topiary/tasks';
import type { Split } from '@topiary/zoo';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import { procedureContext } from '../../workers/evaluator/src/procedure-context.js';
import { Reporter } from '../../workers/evaluator/src/reporter.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';

export const classifierTask = (train: Split, classes: number, test = train): BoundTask =>
  bindClassifier({ train, test, classes, hash: 'test', augment: { crop: 4, flip: true }, evaluationBatch: 128 });

/** What of a run's context procedures and measurements read. */
export const runContext = (seed = 0, stages: readonly string[] = []): RunContext =>
  ({
    compile: { provider: 'cpu', threads: 1 },
    report: new Reporter(
      stages.map((id) => ({ id, title: id, state: 'waiting', progress: null, seconds: null })),
      {},
      () => undefined,
    ),
    lock: new MeasureLock(tmpdir()),
    signal: new AbortController().signal,
    protocol: { latency: { batch: 1, warmupMs: 1, samples: 3 } },
    job: { run: { seed, run: 'of-a-test' }, home: tmpdir() },
  }) as unknown as RunContext;

export interface ProcedureRequest {
  /** One graph, or a pipeline of several. */
  readonly graph: Graph | Pipeline;
  readonly task: BoundTask;
  readonly context?: RunContext;
  readonly milestone?: (phase: string, pipeline: Pipeline) => Promise<void>;
}

export const procedureFor = ({
  graph,
  task,
  context = runContext(),
  milestone = async () => undefined,
}: ProcedureRequest): ProcedureContext => {
  const pipeline = 'parts' in graph ? graph : single(graph);
  return procedureContext(context, { task, base: pipeline, pipeline, source: null, milestone, prefix: '' });
};
