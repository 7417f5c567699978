/** A diffusion model's task with its pictures, its bank of noise and the classifier that judges samples. */
import { graphOf, type Pipeline, pipelineCosts, stepsOf } from '@topiary/pipeline';
import { conditionsOf, type Split } from '@topiary/zoo';
import type { BatchRequest, BoundTask, Compute, EvaluateOptions, Evaluation, From, Unit } from '../_task.js';
import { firstOf, holdOut, restOf } from '../held-out.js';
import { type Bank, bankErrors } from './bank.js';
import type { Critic } from './critic.js';
import { drawBatch, trainingFeeds } from './draws.js';
import { drawSamples, type Judgement, judgeSamples } from './judgement.js';
import { lossOf } from './losses.js';
import { DIFFUSION_METRICS } from './metrics.js';
import { noiseSchedule, respaced } from './noise-schedule.js';
import { noisedFeeds } from './noised.js';
import { inRuns } from './runs.js';
import { type SampleSettings, samplePictures, type Wanted, wantedFrom } from './sample.js';
import { sampleRuns } from './sample-runs.js';
import { samplerOf } from './samplers.js';
import { type DiffusionOptions, type DiffusionSettings, settingsFor } from './settings.js';
import { showSamples } from './show.js';
import { trajectoryOf } from './trajectory.js';

export interface DiffusionData {
  readonly train: Split;
  readonly test: Split;
  readonly hash: string;
  readonly classes: number;
  readonly base: Pipeline;
  readonly critic: Critic;
  readonly settings: DiffusionSettings;
  readonly options: DiffusionOptions;
  readonly evaluationBatch: number;
}

/** The bank of noise that everybody draws samples from. */
const SAMPLE_BANK = 0;

/** How pictures are drawn with a pipeline. */
const sampleSettings = ({ settings, classes, train }: DiffusionData, pipeline: Pipeline): SampleSettings => {
  const { predicts, betas, length, steps, guidance, sampler, clip } = settingsFor(pipeline, settings);
  return {
    predicts,
    clip: clip ? [-1, 1] : null,
    schedule: respaced(noiseSchedule(betas, length), steps),
    sampler: samplerOf(sampler),
    guidance,
    classes,
    dims: train.dims,
  };
};

const splitsOf = ({ train, test }: DiffusionData): ((from: From) => Split) => {
  const parts = holdOut(train);
  const splits = { train, test, ...parts };
  return (from) => splits[from];
};

/** Training feeds as the loss wants them, and beside them the network's own inputs for statistics without a loss. */
async function* batchesOf(data: DiffusionData, split: Split, pipeline: Pipeline, request: BatchRequest) {
  const { batch, steps, seed, plain = false, onWait } = request;
  const { betas, length, dropout } = data.settings;
  const schedule = noiseSchedule(betas, length);
  const names = conditionsOf(graphOf(pipeline).inputs);
  for (let step = 0; step < steps; step += 1) {
    const asked = performance.now();
    const drawn = await drawBatch(split, { batch, seed, step, length, dropout: plain ? 0 : dropout });
    onWait?.(performance.now() - asked);
    yield { ...noisedFeeds(names, drawn, schedule, data.classes), ...trainingFeeds({ t: names.t.name }, drawn) };
  }
  return undefined;
}

/** One sampling from noise to pictures, as many network steps as the settings say. */
const sampling = async (
  pipeline: Pipeline,
  compute: Compute,
  examples: number,
  settings: SampleSettings,
): Promise<Unit> => {
  const runs = inRuns(pipeline, settings, examples);
  const running = await compute.open(runs?.pipeline ?? pipeline);
  const draw = runs
    ? (wanted: Wanted) => sampleRuns(runs, running.run, settings, wanted)
    : (wanted: Wanted) => samplePictures(pipeline, running.run, settings, wanted);
  return {
    id: 'sampling',
    title: 'one sampling',
    examples,
    run: async (round) => {
      await draw(wantedFrom(round, 0, examples, settings.classes));
      return {};
    },
    release: () => running.release(),
  };
};

/** A trajectory is as long as the schedule, or else as the sampling. A guided step is counted once, as papers do. */
export const diffusionCosts = (pipeline: Pipeline, steps: number): Readonly<Record<string, number>> => {
  const { macs, trajectoryMacs, criticalMacs, slotBytes } = pipelineCosts(pipeline, 'pure');
  const called = pipeline.schedule.stretches.map(({ calls }) => {
    const names = new Set(calls.map(({ part }) => part));
    const parts = new Map([...pipeline.parts].filter(([part]) => names.has(part)));
    return pipelineCosts({ parts, schedule: { ...pipeline.schedule, stretches: [{ steps: null, calls }] } }, 'pure')
      .params;
  });
  return {
    steps: stepsOf(pipeline.schedule) ?? steps,
    'trajectory-macs': trajectoryMacs ?? macs * steps,
    'critical-macs': criticalMacs ?? macs * steps,
    'active-params': Math.max(...called),
    'slot-bytes': slotBytes,
  };
};

export const bindDiffusion = (data: DiffusionData): BoundTask => {
  const { train, test, hash, classes, base, critic, settings, options, evaluationBatch: batch } = data;
  const split = splitsOf(data);
  const samplesOf = (pipeline: Pipeline) => sampleSettings(data, pipeline);
  const { predicts, betas, length } = settings;
  const schedule = noiseSchedule(betas, length);
  const lossFacts = { predicts, betas, length, classes };
  const judgementOf = (pipeline: Pipeline): Judgement => ({
    settings: samplesOf(pipeline),
    critic,
    batch,
    samples: options.samples,
    compared: options.compared,
  });
  // who keeps nothing from step to step is asked at the same noised pictures, however many steps its samplings take
  const bankOf = (pipeline: Pipeline): Bank => ({
    schedule,
    predicts: settings.predicts,
    steps: stepsOf(pipeline.schedule) === null ? settings.steps : settingsFor(pipeline, settings).steps,
    batch,
  });
  let reference: Promise<Float32Array> | null = null;

  const sampled = async (pipeline: Pipeline, compute: Compute, progress: (share: number) => void) => {
    const draw = (one: Pipeline, by: Compute, count: number, told: typeof progress) =>
      drawSamples(one, by, judgementOf(one), { count, bank: SAMPLE_BANK, progress: told });
    // the base and the judge are ours, whosever network is judged
    const { own = compute } = compute;
    reference ??= draw(base, own, Math.min(options.compared, options.samples), () => undefined);
    const pictures = await draw(pipeline, compute, options.samples, progress);
    return judgeSamples(pictures, await reference, own, judgementOf(pipeline));
  };

  /** Samples are judged on the test split alone: what chooses between networks looks at the bank. */
  const evaluate = async (
    pipeline: Pipeline,
    from: From,
    compute: Compute,
    { examples = options.bank, progress = () => undefined }: EvaluateOptions = {},
  ): Promise<Evaluation> => {
    const of = { split: firstOf(split(from), examples), from, examples };
    const values = await bankErrors(pipeline, of, bankOf(pipeline), compute);
    const error = values.reduce((sum, value) => sum + value, 0) / values.length;
    progress(0.1);
    const others = from === 'test' ? await sampled(pipeline, compute, (share) => progress(0.1 + 0.9 * share)) : {};
    return {
      n: values.length,
      values: { 'noise-error': error, ...others },
      answers: { metric: 'noise-error', values },
    };
  };

  return {
    id: 'diffusion',
    metrics: DIFFUSION_METRICS,
    examples: { train: train.length, rest: restOf(train.length), test: Math.min(options.bank, test.length) },
    hash,
    damaged: () => ({}),
    loss: (training, teachers) => lossOf(training, teachers, lossFacts),
    lossFacts,
    batches: (pipeline, request) => batchesOf(data, split(request.from), pipeline, request),
    trajectory: (pipeline) => trajectoryOf(settingsFor(pipeline, settings)),
    points: ({ loss }) => ({ loss }),
    evaluate,
    costs: (pipeline) => diffusionCosts(pipeline, settingsFor(pipeline, settings).steps),
    units: async (pipeline, compute, examples) => [await sampling(pipeline, compute, examples, samplesOf(pipeline))],
    show: (pipeline, own, compute) => showSamples({ pipeline, base: own, compute, settingsOf: samplesOf }),
    probes: [],
    evaluatedOnly: null,
    guesses: ({ values }) => {
      // noise has mean 0 and variance 1: who says that there is none is wrong by 1
      if (values['noise-error']! < 0.5) return null;
      const cure = 'Check what the network predicts, and how noise grows over its steps';
      return { expected: 'a squared error of the noise below 0.5', got: values['noise-error']!.toFixed(3), cure };
    },
  };
};
