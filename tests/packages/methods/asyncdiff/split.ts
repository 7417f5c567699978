/** Splits a denoiser for a test as the procedure would. */
import { withData } from '@topiary/onnx';
import { type Pipeline, single } from '@topiary/pipeline';
import {
  type BoundTask,
  type Compute,
  denoiserPorts,
  noiseSchedule,
  respaced,
  type SampleSettings,
  samplePictures,
  samplerOf,
  wantedFrom,
} from '@topiary/tasks';
import { buildDenoiser, type Denoiser, DitTiny, fillNormal, randomFrom } from '@topiary/zoo';
import {
  type AsyncDiffOptions,
  refusesSplit,
  splitPipeline,
} from '../../../../packages/methods/src/procedures/asyncdiff/asyncdiff.js';
import { uVit } from '../../../../packages/zoo/src/denoisers/_u-vit.js';
import { diffusionTask } from '../../../helpers/denoiser-task.js';

export const OPTIONS: AsyncDiffOptions = { components: 2, stride: 1, warmUp: 1, remainder: 'short' };

export const taskOfSteps = (base: Pipeline, steps: number): BoundTask => diffusionTask({ base, settings: { steps } });

export const refusal = (base: Pipeline, steps: number, options: Partial<AsyncDiffOptions>): string | null =>
  refusesSplit(base, { ...OPTIONS, ...options }, taskOfSteps(base, steps).trajectory(base), 'pure');

export const splitInto = (base: Pipeline, steps: number, options: Partial<AsyncDiffOptions> = {}): Pipeline => {
  const all = { ...OPTIONS, ...options };
  const reason = refusal(base, steps, all);
  if (reason !== null) throw new Error(reason);
  return splitPipeline(base, all, taskOfSteps(base, steps).trajectory(base)!, 'pure');
};

/** Three guided pictures, and the network's guesses of them after each step. */
export const sampled = async (pipeline: Pipeline, steps: number, compute: Compute) => {
  const running = await compute.open(pipeline);
  const guesses: Float32Array[] = [];
  const settings: SampleSettings = {
    predicts: 'noise',
    clip: [-1, 1],
    guidance: 1.5,
    classes: 10,
    dims: [1, 16, 16],
    schedule: respaced(noiseSchedule(), steps),
    sampler: samplerOf('ddim'),
  };
  const pictures = await samplePictures(pipeline, running.run, settings, wantedFrom(0, 0, 3, 10), (_, guess) => {
    guesses.push(guess);
  });
  await running.release();
  return { pictures, guesses };
};

export const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** Five blocks, of which the last two read what the first two left. */
export const longSkips = (): Pipeline => {
  const build = uVit({
    side: 16,
    patch: 4,
    channels: 1,
    width: 16,
    depth: 4,
    heads: 2,
    rows: 11,
    endsInConv: true,
  });
  const denoiser: Denoiser = { ...DitTiny, id: 'u-vit-narrow', build };
  const graph = buildDenoiser(denoiser);
  const made = [...graph.initializers].map(([name, one]) => {
    if (one.source.kind !== 'init') return [name, one] as const;
    const data = fillNormal(new Float32Array(one.dims.reduce((a, b) => a * b, 1)), 0.2, randomFrom(`skips/${name}`));
    return [name, withData(name, { type: 'float32', dims: one.dims, data })] as const;
  });
  const drawn = { ...graph, initializers: new Map(made) };
  return single(drawn, denoiserPorts(drawn, 10));
};
