/**
 * A run of an uploaded network: verified to be smaller, fine-tuned by the board's recipe in the closed division, and
 * measured here. Whatever touches the uploaded graph happens in a process of its own; labels of the test split stay here.
 */
import type { ArtefactRef, Result, RunMetric, Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Rules } from '@topiary/gate';
import { runSteps, type Stepper, type TrainingContext } from '@topiary/methods';
import { decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { type Feeds, graphOf, type RunPart, single } from '@topiary/pipeline';
import { blockSize, train } from '@topiary/runtime';
import type { Compute } from '@topiary/tasks';
import { z } from 'zod';
import { ownCompute, pauseOf, remoteCompute } from './compute.js';
import type { FromChild } from './messages.js';
import type { RunContext } from './run-context.js';
import { Runner } from './runner.js';
import { baseMetrics } from './stages/base-metrics.js';
import { countedOf } from './stages/costs.js';
import { damagedExamples } from './stages/damaged.js';
import { evaluateOn, metricsOf, outcomeText } from './stages/evaluate.js';
import { latencyFlags, latencyOf, THREADS } from './stages/measure.js';
import { networkFacts } from './stages/network-facts.js';
import { type Prepared, prepare } from './stages/prepare.js';
import { publishUpload } from './stages/publish.js';
import { type Known, recheck, recheckFile, rulesFor } from './stages/recheck.js';
import { checkSmaller, widthsOf } from './stages/smaller.js';

const Submitted = z.object({ division: z.enum(['closed', 'open']), models: z.record(z.string(), z.string()) });

const submittedOf = ({ job: { run } }: RunContext) => {
  const { division, models } = Submitted.parse(run.recipe);
  const file = run.target && models[run.target.label];
  if (run.target && file) return { division, file, target: run.target };
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: `run ${run.run}`,
    expected: 'a target with a file',
    got: run.target?.label ?? 'no target',
  });
};

/** The runner, and what is known of the upload without its word. */
interface Upload {
  readonly runner: Runner;
  readonly rules: Rules;
  readonly opened: Known;
}

const openUpload = async (context: RunContext, file: string, module?: string): Promise<Upload> => {
  const { storage, job, protocol, compile, report } = context;
  for (const sentence of Runner.missing) report.log(sentence, 'warn');
  const [model, base] = await Promise.all([storage.read(file), storage.read(job.model.sha256)]);
  // Of the shared memory of a Buffer only the file's own bytes travel.
  const own = (bytes: Uint8Array) => Uint8Array.from(bytes);
  const runner = await Runner.open({
    model: own(model),
    base: own(base),
    batch: protocol.evaluationBatch,
    compile,
    required: job.sandbox === 'require',
    ...(module ? { module } : {}),
  });
  try {
    const rules = rulesFor(base, protocol.evaluationBatch);
    return { runner, rules, opened: recheck(model, rules, runner.opened) };
  } catch (error) {
    await runner.close();
    throw error;
  }
};

/** What the stages found. */
interface Found {
  readonly prepared: Prepared;
  readonly opened: Known;
  readonly achieved: number;
  readonly metrics: readonly RunMetric[];
  readonly latency: Result['latency'];
  readonly peakMemoryBytes: number | null;
  readonly artefacts: ArtefactRef[];
}

const resultOf = (context: RunContext, found: Found): Result => {
  const { job, protocol, report, machine } = context;
  const { prepared, opened, achieved, metrics, latency, peakMemoryBytes, artefacts } = found;
  const { pipeline, task } = prepared;
  const model = graphOf(pipeline);
  const { params, macs } = opened.facts;
  const before = count(model);
  const { costs } = countedOf(task, protocol.counter, pipeline, single(opened.graph));
  const damaged = damagedExamples(context, task);
  return {
    achieved,
    counter: protocol.counter,
    ...damaged,
    flags: [...damaged.flags, ...latencyFlags(latency)],
    metrics: [...metrics],
    params: { base: before.params, left: params },
    costs: { ...costs, params: { base: before.params, left: params } },
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
    recipeHash: job.run.recipeHash,
    protocol: protocol.version,
    codeVersion: job.codeVersion,
    splitHash: task.hash,
  };
};

/** What the base network is called with in the unit that the board times, in its order. */
const callsOf = async (context: RunContext, { pipeline, task }: Prepared): Promise<readonly Feeds[]> => {
  const calls: Feeds[] = [];
  const own = ownCompute(context);
  const open: Compute['open'] = async (one) => {
    const { run, release } = await own.open(one);
    const told: RunPart = (part, feeds) => {
      calls.push(feeds);
      return run(part, feeds);
    };
    return { run: told, release };
  };
  const [unit, ...others] = await task.units(pipeline, { ...own, open }, context.protocol.latency.batch);
  await unit!.run(0);
  for (const one of [unit!, ...others]) await one.release();
  return calls;
};

/** Both sessions live in the runner's process and take turns there; the lock is held here. */
const measured = async (context: RunContext, runner: Runner, prepared: Prepared): Promise<Result['latency']> => {
  const { job, report, lock, signal, protocol } = context;
  if (!job.measureLatency) {
    report.skip('measure');
    return null;
  }
  const calls = await callsOf(context, prepared);
  const request = { ...protocol.latency, calls, threads: THREADS, usualMs: job.usualMs };
  const times = await report.stage('measure', () => lock.hold(signal, () => runner.latency(request)));
  return latencyOf(times.base, times.pruned, times.calm, protocol.latency.batch);
};

/** The board's training of an uploaded network in its own process: it is sent batches of the training split, one by one. */
export const trainRemotely = async (
  context: RunContext,
  runner: Runner,
  { pipeline, task }: Prepared,
  settings: Training,
  progress: (share: number) => void,
): Promise<void> => {
  const { report, signal, job } = context;
  const { id, lossFacts = {} } = task;
  const { provider } = await runner.startTraining({ task: id, settings, about: lossFacts });
  const stepper: Stepper & { readonly provider: string } = {
    steps: ([step]) => runner.step(step!.feeds, step!.lr).then((result) => [result]),
    provider,
  };
  const training: Omit<TrainingContext, 'trainer'> = {
    task,
    seed: job.run.seed,
    fit: (one, options) => train(one, { ...options, signal }),
    point: (stage, series, step, value) => report.point(stage, series, step, value),
    log: (text, level) => report.log(text, level),
    pause: pauseOf(context),
  };
  await runSteps(training, stepper, pipeline, settings, { stage: 'finetune', progress });
  await runner.endTraining();
};

const stages = async (context: RunContext, prepared: Prepared, upload: Upload): Promise<Found> => {
  const { board, protocol, report } = context;
  const { division, target } = submittedOf(context);
  const { pipeline, task } = prepared;
  const { runner, rules, opened } = upload;
  const remote = remoteCompute(context, runner);
  const achieved = checkSmaller(count(graphOf(pipeline)), opened.facts, target, protocol);
  report.log(`${achieved.toFixed(3)}x by the ${protocol.counter} MACs, ${opened.facts.params} parameters`);
  const pruned = await report.stage('verify', async (progress) => {
    for (const probe of task.probes) await probe.run(pipeline, remote);
    return task.evaluate(pipeline, 'test', remote, { progress });
  });
  const tuning = division === 'closed' && board.finetune.steps > 0;
  if (!tuning) report.skip('finetune');
  else await report.stage('finetune', (progress) => trainRemotely(context, runner, prepared, board.finetune, progress));
  const [base, final] = await report.stage('evaluate', async (progress) => {
    if (tuning) for (const probe of task.probes) await probe.run(pipeline, remote);
    return [
      baseMetrics(context, task) ?? metricsOf('base', await evaluateOn(context, pipeline, task)),
      tuning ? await task.evaluate(pipeline, 'test', remote, { progress }) : pruned,
    ] as const;
  });
  report.log(`${outcomeText(task, final)}${tuning ? ' after fine-tuning' : ''}`);
  const latency = await measured(context, runner, prepared);
  const peakMemoryBytes = await runner.peakMemoryBytes();
  const artefacts = await report.stage('publish', async () => {
    const file = recheckFile(await runner.file(), rules, opened.facts);
    const facts = networkFacts(pipeline, single(decode(file)), await blockSize());
    return publishUpload(context, { file, facts, answers: final.answers });
  });
  const metrics = [...base, ...metricsOf('pruned', pruned), ...metricsOf('finetuned', final)];
  return { prepared, opened, achieved, metrics, latency, peakMemoryBytes, artefacts };
};

export const prunedModelsRun = async (
  context: RunContext,
  module?: string,
): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { report, signal } = context;
  const { file } = submittedOf(context);
  const { prepared, upload } = await report.stage('prepare', async () => ({
    prepared: await prepare(context),
    upload: await openUpload(context, file, module),
  }));
  const { runner } = upload;
  // A graph that runs cannot be asked to stop.
  const onAbort = () => void runner.close();
  signal.addEventListener('abort', onAbort);
  try {
    return { type: 'result', result: resultOf(context, await stages(context, prepared, upload)) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await runner.close();
  }
};
