/** A run that imports a base model: it is checked, rehearsed and evaluated before it is admitted. */
import type { ImportedBoard, Result, RunMetric } from '@topiary/contracts';
import type { NewBaseModel } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { lacksOf } from '@topiary/methods';
import { isFixed } from '@topiary/onnx';
import { merge, type Pipeline } from '@topiary/pipeline';
import { peakMemoryBytes } from '@topiary/runtime';
import type { BoundTask, Evaluation } from '@topiary/tasks';
import { describeImported } from '@topiary/tracks';
import type { FromChild } from './messages.js';
import type { RunContext } from './run-context.js';
import { type Counted, countedOf } from './stages/costs.js';
import { damagedExamples } from './stages/damaged.js';
import { evaluateOn, metricsOf } from './stages/evaluate.js';
import { prepare } from './stages/prepare.js';
import { rehearse } from './stages/rehearse.js';

/** What the network tells of the board that it opens. Networks without batch normalisation are trained by AdamW. */
const completed = (opens: ImportedBoard, pipeline: Pipeline, task: BoundTask): ImportedBoard => {
  const graph = merge(pipeline);
  const has = (op: string) => graph.nodes.some((node) => node.op === op);
  const optimizer = has('LayerNormalization') && !has('BatchNormalization') ? 'adamw' : 'sgd';
  const macs = countedOf(task, 'published', pipeline, pipeline).macs.published.base;
  const input = graph.inputs[0]!.shape.slice(1).filter(isFixed);
  return { ...opens, input, optimizer, lacks: lacksOf(graph), macs, testExamples: task.examples.test };
};

/**
 * A board of a track promises a trained network. On a board of its own a network may be as it is, but everybody is told.
 */
const checkTrained = ({ board, job, report }: RunContext, evaluation: Evaluation, task: BoundTask): string[] => {
  const facts = task.guesses(evaluation);
  if (facts === null) return [];
  const error = new TopiaryError('TOPIARY_ZOO_NOT_TRAINED', { where: board.id, ...facts });
  if (!job.opens) throw error;
  report.log(error.message, 'warn');
  return ['at-chance'];
};

/** What nothing can be done to is evaluated, and opens no board. */
const passOver = ({ report }: RunContext, reason: string): void => {
  for (const stage of ['rehearse', 'publish']) report.skip(stage);
  report.log(`evaluated, and no base model: ${reason}`, 'warn');
};

interface Measured extends Pick<NewBaseModel, 'board' | 'bytes' | 'splitHash'> {
  readonly metrics: readonly RunMetric[];
  readonly counted: Counted;
}

const baseModelOf = ({ job }: RunContext, { metrics, counted, ...facts }: Measured): NewBaseModel => {
  const { sha256, settings } = job.model;
  const { params, macs } = counted;
  return {
    ...facts,
    sha256,
    settings: { ...settings },
    params: params.left,
    macs: { pure: macs.pure.left, published: macs.published.left },
    metrics: metrics.map(({ id, value, n }) => ({ id, value, n })),
    provenance: 'measured',
  };
};

export const importRun = async (context: RunContext): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { job, protocol, report, machine } = context;
  const { pipeline, bytes, task } = await report.stage('prepare', () => prepare(context));
  const opens = job.opens && completed(job.opens, pipeline, task);
  const board = opens ? describeImported(opens) : context.board;
  const only = task.evaluatedOnly;
  if (only === null) await report.stage('rehearse', () => rehearse(context, pipeline, task, board.finetune));
  else passOver(context, only);
  const evaluation = await report.stage('evaluate', (progress) => evaluateOn(context, pipeline, task, progress));
  const warnings = checkTrained(context, evaluation, task);
  const damaged = damagedExamples(context, task);
  const counted = countedOf(task, protocol.counter, pipeline, pipeline);
  const metrics = metricsOf('base', evaluation);
  const facts = { board: board.id, bytes, metrics, counted, splitHash: task.hash };
  const admission =
    only === null
      ? await report.stage('publish', async () => ({ baseModel: baseModelOf(context, facts), board: opens }))
      : undefined;
  const result: Result = {
    achieved: 1,
    counter: protocol.counter,
    ...damaged,
    flags: [...warnings, ...(only === null ? [] : ['evaluated-only']), ...damaged.flags],
    metrics,
    ...counted,
    latency: null,
    peakMemoryBytes: peakMemoryBytes(),
    seconds: report.seconds,
    stepSeconds: null,
    epochSeconds: null,
    widths: [],
    artefacts: [],
    machine,
    recipeHash: job.run.recipeHash,
    protocol: protocol.version,
    codeVersion: job.codeVersion,
    splitHash: task.hash,
  };
  return { type: 'result', result, ...(admission && { admission }) };
};
