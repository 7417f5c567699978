/** What a procedure is given: everything that computes, stores or measures, and nothing of the test split. */
import { TopiaryError } from '@topiary/errors';
import { type CriterionSource, methodOf, type ProcedureContext, sourceOf } from '@topiary/methods';
import type { Pipeline } from '@topiary/pipeline';
import { collect, compile, LossTrainer, Trainer, train } from '@topiary/runtime';
import type { BoundTask } from '@topiary/tasks';
import { randomFrom } from '@topiary/zoo';
import { checkpointsOf } from './checkpoint.js';
import { ownCompute, pauseOf } from './compute.js';
import type { RunContext } from './run-context.js';

export interface ContextRequest {
  readonly task: BoundTask;
  readonly base: Pipeline;
  readonly pipeline: Pipeline;
  /** Of an uploaded criterion, in the place of the built-in ones. */
  readonly source: CriterionSource | null;
  readonly milestone: ProcedureContext['milestone'];
  /** Before the names of its stages, where a recipe has several steps. */
  readonly prefix: string;
}

/** The task as a procedure sees it: by type, and in fact. */
const withoutTest = ({
  id,
  metrics,
  examples,
  loss,
  batches,
  trajectory,
  points,
}: BoundTask): ProcedureContext['task'] => ({
  id,
  metrics,
  examples,
  loss,
  batches: (pipeline, request) => {
    if ((request.from as string) !== 'test') return batches(pipeline, request);
    throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
      where: 'batches of a procedure',
      expected: 'training examples',
      got: 'the test split',
    });
  },
  trajectory,
  points,
});

const named = <T extends LossTrainer>(trainer: T) => Object.assign(trainer, { provider: trainer.session.provider });

export const procedureContext = (context: RunContext, request: ContextRequest): ProcedureContext => {
  const { job, report, signal, compile: how } = context;
  const { task, base, pipeline, source, milestone, prefix } = request;
  const checkpoints = checkpointsOf(job.home, job.run.run);
  return {
    base,
    pipeline,
    task: withoutTest(task),
    seed: job.run.seed,
    random: (name) => randomFrom(name),
    criterion: (id) => source ?? sourceOf(methodOf('criterion', id)),
    trainer: async (graph, options) => named(await Trainer.create(graph, { ...how, ...options })),
    lossTrainer: async (source, options) => named(await LossTrainer.of(source, { ...how, ...options })),
    fit: (stepper, options) => train(stepper, { ...options, signal }),
    session: (graph) => compile(graph, { ...how, level: 'all' }),
    gather: (forward, graph, batches, { accumulate, size }) =>
      collect(forward, graph, batches, { ...how, signal, accumulate, size }),
    evaluate: (one, options) => task.evaluate(one, 'held', ownCompute(context), options),
    milestone,
    checkpoint: (state) => checkpoints.write(state),
    restore: () => checkpoints.read(),
    stage: (id, body) => report.stage(`${prefix}${id}`, body),
    skip: (stage) => report.skip(`${prefix}${stage}`),
    point: (stage, series, step, value) => report.point(`${prefix}${stage}`, `${prefix}${series}`, step, value),
    log: (text, level) => report.log(text, level),
    pause: pauseOf(context),
  };
};
