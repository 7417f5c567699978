/** A run that imports a base model: it is evaluated before it is admitted. */
import type { Result } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { count } from '@topiary/ops';
import { peakMemoryBytes } from '@topiary/runtime';
import type { FromChild } from './messages.js';
import type { RunContext } from './run-context.js';
import { damagedPictures } from './stages/damaged.js';
import { evaluateOn, metricsOf } from './stages/evaluate.js';
import { prepare } from './stages/prepare.js';

/** A network that guesses has nothing to lose: it must beat chance by this factor. */
const ABOVE_CHANCE = 2;

export const importRun = async (context: RunContext): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { task, board, protocol, report, machine } = context;
  const { model, bytes, data } = await report.stage('prepare', () => prepare(context));
  const evaluation = await report.stage('evaluate', (progress) => evaluateOn(context, model, data, progress));
  const chance = 1 / data.classes;
  if (evaluation.top1 < Math.min(1, ABOVE_CHANCE * chance)) {
    throw new TopiaryError('TOPIARY_ZOO_NOT_TRAINED', {
      where: board.id,
      expected: `a top-1 of at least ${(100 * ABOVE_CHANCE * chance).toFixed(1)} % on the test split`,
      got: `${(100 * evaluation.top1).toFixed(2)} %`,
      cure: 'Check the order of the classes and the normalisation (mean, std)',
    });
  }
  const { params, pure, published } = count(model);
  const metrics = metricsOf('base', evaluation);
  const baseModel = await report.stage('publish', async () => ({
    board: board.id,
    sha256: task.model.sha256,
    bytes,
    mean: task.model.mean,
    std: task.model.std,
    classes: task.model.classes,
    metrics: metrics.map(({ id, value, n }) => ({ id, value, n })),
    params,
    macs: { pure, published },
    splitHash: data.testHash,
    provenance: 'measured' as const,
  }));
  const same = (value: number) => ({ base: value, left: value });
  const result: Result = {
    achieved: 1,
    counter: protocol.counter,
    ...damagedPictures(context, data),
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
  return { type: 'result', result, admission: { baseModel, board: null } };
};
