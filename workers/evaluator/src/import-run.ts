/** A run that imports a base model: it is checked, rehearsed and evaluated before it is admitted. */
import type { ImportedBoard, Result } from '@topiary/contracts';
import type { NewBaseModel } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import { lacksOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { type Evaluation, peakMemoryBytes } from '@topiary/runtime';
import { describeImported } from '@topiary/tracks';
import type { FromChild } from './messages.js';
import type { Data, RunContext } from './run-context.js';
import { damagedPictures } from './stages/damaged.js';
import { evaluateOn, metricsOf } from './stages/evaluate.js';
import { prepare } from './stages/prepare.js';
import { rehearse } from './stages/rehearse.js';

/** A network that guesses has nothing to lose: it should beat chance by this factor. */
const ABOVE_CHANCE = 2;

/** What the network tells of the board that it opens. Networks without batch normalisation are trained by AdamW. */
const completed = (opens: ImportedBoard, model: Graph, { test }: Data): ImportedBoard => {
  const has = (op: string) => model.nodes.some((node) => node.op === op);
  const optimizer = has('LayerNormalization') && !has('BatchNormalization') ? 'adamw' : 'sgd';
  const macs = count(model).published;
  return { ...opens, input: [...test.dims], optimizer, lacks: lacksOf(model), macs, testExamples: test.length };
};

/**
 * A board of a track promises a trained network. On a board of its own a network may be as it is, but everybody is told.
 */
const checkAccuracy = ({ board, task, report }: RunContext, { top1 }: Evaluation, { classes }: Data): string[] => {
  const least = Math.min(1, ABOVE_CHANCE / classes);
  if (top1 >= least) return [];
  const facts = {
    where: board.id,
    expected: `a top-1 of at least ${(100 * least).toFixed(1)} % on the test split, twice chance`,
    got: `${(100 * top1).toFixed(2)} %`,
    cure: 'Check the order of the classes and the normalisation (mean, std)',
  };
  const error = new TopiaryError('TOPIARY_ZOO_NOT_TRAINED', facts);
  if (!task.opens) throw error;
  report.log(error.message, 'warn');
  return ['at-chance'];
};

export const importRun = async (context: RunContext): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { task, protocol, report, machine } = context;
  const { model, bytes, data } = await report.stage('prepare', () => prepare(context));
  const opens = task.opens && completed(task.opens, model, data);
  const board = opens ? describeImported(opens) : context.board;
  await report.stage('rehearse', () => rehearse(context, model, data, board.finetune));
  const evaluation = await report.stage('evaluate', (progress) => evaluateOn(context, model, data, progress));
  const warnings = checkAccuracy(context, evaluation, data);
  const damaged = damagedPictures(context, data);
  const { params, pure, published } = count(model);
  const metrics = metricsOf('base', evaluation);
  const { sha256, mean, std, classes } = task.model;
  const baseModel = await report.stage('publish', async (): Promise<NewBaseModel> => {
    const measured = metrics.map(({ id, value, n }) => ({ id, value, n }));
    const facts = { sha256, bytes, mean, std, classes, params, macs: { pure, published } };
    return { board: board.id, ...facts, metrics: measured, splitHash: data.testHash, provenance: 'measured' };
  });
  const same = (value: number) => ({ base: value, left: value });
  const result: Result = {
    achieved: 1,
    counter: protocol.counter,
    ...damaged,
    flags: [...warnings, ...damaged.flags],
    metrics,
    params: same(params),
    macs: { pure: same(pure), published: same(published) },
    latency: null,
    peakMemoryBytes: peakMemoryBytes(),
    seconds: report.seconds,
    stepSeconds: null,
    epochSeconds: null,
    widths: [],
    artefacts: [],
    machine,
    recipeHash: task.run.recipeHash,
    protocol: protocol.version,
    codeVersion: task.codeVersion,
    splitHash: data.testHash,
  };
  return { type: 'result', result, admission: { baseModel, board: opens } };
};
