/** Steps that reuse are computed in one graph with the step before: the same pictures, and nothing handed out between them. */
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import {
  denoiserPorts,
  noiseSchedule,
  respaced,
  type SampleSettings,
  samplePictures,
  samplerOf,
  wantedFrom,
} from '@topiary/tasks';
import { describe, expect, it } from 'vitest';
import { layersOf, withReuse } from '../../../../packages/methods/src/procedures/learning-to-cache/reuse.js';
import { inRuns } from '../../../../packages/tasks/src/diffusion/runs.js';
import { sampleRuns } from '../../../../packages/tasks/src/diffusion/sample-runs.js';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { narrowDenoiser } from '../../../helpers/denoiser-task.js';
import { runContext } from '../../../helpers/procedure.js';
import { splitInto } from '../../methods/asyncdiff/split.js';
import { miniGraph } from './mini.js';

const STEPS = 6;
const compute = ownCompute(runContext());
const settings: SampleSettings = {
  predicts: 'noise',
  clip: [-1, 1],
  schedule: respaced(noiseSchedule(), STEPS),
  sampler: samplerOf('ddim'),
  guidance: 1.5,
  classes: 10,
  dims: [1, 16, 16],
};

/** In pair k every (k + 1)-th sub-layer; in the last pair none. */
const reusing = (base: Pipeline): Pipeline => {
  const layers = layersOf(base);
  return withReuse(
    base,
    layers,
    Array.from({ length: STEPS / 2 }, (_, k) => layers.map((__, j) => k < STEPS / 2 - 1 && j % (k + 1) === 0)),
  );
};

const both = async (pipeline: Pipeline, more: Partial<SampleSettings> = {}) => {
  const own = { ...settings, ...more };
  const wanted = wantedFrom(0, 0, 3, own.classes);
  const runs = inRuns(pipeline, own, 3)!;
  let calls = 0;
  const running = await compute.open(runs.pipeline);
  const counted: typeof running.run = (part, feeds, lane) => {
    calls += 1;
    return running.run(part, feeds, lane);
  };
  const ours = await sampleRuns(runs, counted, own, wanted);
  const stepwise = await compute.open(pipeline);
  const theirs = await samplePictures(pipeline, stepwise.run, own, wanted);
  await running.release();
  await stepwise.release();
  const largest = Math.max(1, ...theirs.map(Math.abs));
  return { runs, calls, apart: Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!))) / largest };
};

describe('a sampling in runs', () => {
  const base = narrowDenoiser();

  it('draws what it draws step by step, in fewer calls, one part for each pair of masks', async () => {
    const { runs, calls, apart } = await both(reusing(base));
    expect(runs.lengths).toEqual([2, 2, 1, 1]);
    expect(calls).toBe(4);
    expect([...runs.pipeline.parts.keys()]).toEqual(['full then reusing-1', 'full then reusing-2', 'full']);
    for (const { graph } of runs.pipeline.parts.values()) expect(graph.outputs.length).toBeLessThanOrEqual(2);
    expect(apart).toBeLessThan(1e-4);
  });

  it.each<[string, Partial<SampleSettings>]>([
    ['without guidance', { guidance: 1 }],
    ['without a range', { clip: null }],
    ['of velocities', { predicts: 'velocity' }],
  ])('%s, too', async (_, more) => {
    expect((await both(reusing(base), more)).apart).toBeLessThan(1e-4);
  });

  it('of a network that says variances, too', async () => {
    const graph = miniGraph(true);
    const mini = single(graph, denoiserPorts(graph, 3));
    expect((await both(reusing(mini), { classes: 3, dims: [1, 8, 8] })).apart).toBeLessThan(1e-4);
  });

  it('is not made where nothing is kept, on lanes, of a sampler that remembers or draws', () => {
    expect(inRuns(base, settings, 3)).toBeNull();
    expect(inRuns(splitInto(base, STEPS), settings, 3)).toBeNull();
    for (const id of ['dpm-solver++', 'ddpm'] as const)
      expect(inRuns(reusing(base), { ...settings, sampler: samplerOf(id) }, 3)).toBeNull();
  });

  it('is not made where a step reads from further away than the one before', () => {
    const made = reusing(base);
    const [full, light, ...rest] = made.schedule.stretches;
    const plain = { steps: 1, calls: [{ ...full!.calls[0]!, out: { noise: 'noise' } }] };
    const stretches = [full!, plain, light!, ...rest];
    const own = { ...settings, schedule: respaced(noiseSchedule(), STEPS + 1) };
    expect(graphOf(base).outputs[0]!.name).toBe('noise');
    expect(inRuns({ ...made, schedule: { ...made.schedule, stretches } }, own, 3)).toBeNull();
  });
});
