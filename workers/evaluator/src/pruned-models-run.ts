/**
 * A run of an uploaded network: verified to be smaller, fine-tuned by the board's recipe in the closed division, and
 * measured here. Whatever touches the uploaded graph happens in a process of its own; labels of the test split stay here.
 */
import type { ArtefactRef, Result, RunMetric } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { count } from '@topiary/ops';
import { z } from 'zod';
import type { FromChild } from './messages.js';
import type { RunContext } from './run-context.js';
import { Runner } from './runner.js';
import type { Opened } from './runner-messages.js';
import { baseMetrics } from './stages/base-metrics.js';
import { damagedPictures } from './stages/damaged.js';
import { evaluateOn, metricsOf } from './stages/evaluate.js';
import { type Prepared, prepare } from './stages/prepare.js';
import { publishUpload } from './stages/publish.js';
import { probe, score } from './stages/score.js';
import { checkSmaller, widthsOf } from './stages/smaller.js';
import { trainRemotely } from './stages/training.js';

const Submitted = z.object({ division: z.enum(['closed', 'open']), models: z.record(z.string(), z.string()) });

const submittedOf = ({ task: { run } }: RunContext) => {
  const { division, models } = Submitted.parse(run.recipe);
  const file = run.target && models[run.target.label];
  if (run.target && file) return { division, file, target: run.target };
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: `run ${run.run}`,
    expected: 'a target with a file',
    got: run.target?.label ?? 'no target',
  });
};

const openRunner = async (context: RunContext, file: string, module?: string): Promise<Runner> => {
  const { storage, task, protocol, compile, report } = context;
  for (const sentence of Runner.missing) report.log(sentence, 'warn');
  const [model, base] = await Promise.all([storage.read(file), storage.read(task.model.sha256)]);
  // Of the shared memory of a Buffer only the file's own bytes travel.
  const own = (bytes: Uint8Array) => Uint8Array.from(bytes);
  return Runner.open({
    model: own(model),
    base: own(base),
    batch: protocol.evaluationBatch,
    compile,
    ...(module ? { module } : {}),
  });
};

/** What the stages found. */
interface Found {
  readonly prepared: Prepared;
  readonly opened: Opened;
  readonly achieved: number;
  readonly metrics: readonly RunMetric[];
  readonly latency: Result['latency'];
  readonly peakMemoryBytes: number | null;
  readonly artefacts: ArtefactRef[];
}

const resultOf = (context: RunContext, found: Found): Result => {
  const { task, protocol, report, machine } = context;
  const { prepared, opened, achieved, metrics, latency, peakMemoryBytes, artefacts } = found;
  const { model, data } = prepared;
  const { params, macs } = opened.facts;
  const before = count(model);
  return {
    achieved,
    counter: protocol.counter,
    ...damagedPictures(context, data),
    metrics: [...metrics],
    params: { base: before.params, left: params },
    macs: {
      pure: { base: before.pure, left: macs.pure },
      published: { base: before.published, left: macs.published },
    },
    latency,
    peakMemoryBytes,
    seconds: report.seconds,
    stepSeconds: null,
    epochSeconds: null,
    widths: widthsOf(model, opened.weights),
    artefacts,
    machine,
    recipeHash: task.run.recipeHash,
    protocol: protocol.version,
    codeVersion: task.codeVersion,
    splitHash: data.testHash,
  };
};

/** Both sessions live in the runner's process and take turns there; the lock is held here. */
const measured = async (
  { task, report, lock, signal, protocol }: RunContext,
  runner: Runner,
): Promise<Result['latency']> => {
  if (!task.measureLatency) {
    report.skip('measure');
    return null;
  }
  const { batch, samples } = protocol.latency;
  const times = await report.stage('measure', () => lock.hold(signal, () => runner.latency({ ...protocol.latency })));
  const { pruned, base } = times;
  return { p50Ms: pruned.p50Ms, p99Ms: pruned.p99Ms, baseP50Ms: base.p50Ms, baseP99Ms: base.p99Ms, batch, samples };
};

const stages = async (context: RunContext, prepared: Prepared, runner: Runner): Promise<Found> => {
  const { board, protocol, report } = context;
  const { division, target } = submittedOf(context);
  const { model, data } = prepared;
  const { opened } = runner;
  const achieved = checkSmaller(count(model), opened.facts, target, protocol);
  report.log(`${achieved.toFixed(3)}x by the ${protocol.counter} MACs, ${opened.facts.params} parameters`);
  const pruned = await report.stage('verify', async (progress) => {
    await probe(context, runner, data);
    return score(context, runner, data, progress);
  });
  const tuning = division === 'closed' && board.finetune.steps > 0;
  if (!tuning) report.skip('finetune');
  else
    await report.stage('finetune', (progress) => trainRemotely(context, runner, model, data, board.finetune, progress));
  const [base, final] = await report.stage('evaluate', async (progress) => {
    if (tuning) await probe(context, runner, data);
    return [
      baseMetrics(context, data) ?? metricsOf('base', await evaluateOn(context, model, data)),
      tuning ? await score(context, runner, data, progress) : pruned,
    ] as const;
  });
  report.log(`top-1 ${(100 * final.top1).toFixed(2)} %${tuning ? ' after fine-tuning' : ''}`);
  const latency = await measured(context, runner);
  const peakMemoryBytes = await runner.peakMemoryBytes();
  const artefacts = await report.stage('publish', async () =>
    publishUpload(context, { file: await runner.file(), correct: final.correct }),
  );
  const metrics = [...base, ...metricsOf('pruned', pruned), ...metricsOf('finetuned', final)];
  return { prepared, opened, achieved, metrics, latency, peakMemoryBytes, artefacts };
};

export const prunedModelsRun = async (
  context: RunContext,
  module?: string,
): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { report, signal } = context;
  const { file } = submittedOf(context);
  const { prepared, runner } = await report.stage('prepare', async () => ({
    prepared: await prepare(context),
    runner: await openRunner(context, file, module),
  }));
  // A graph that runs cannot be asked to stop.
  const onAbort = () => void runner.close();
  signal.addEventListener('abort', onAbort);
  try {
    return { type: 'result', result: resultOf(context, await stages(context, prepared, runner)) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await runner.close();
  }
};
