/** Sampling with a pipeline: guidance by classes, the same noise for everybody, and what is refused. */
import type { Pipeline } from '@topiary/pipeline';
import {
  type Compute,
  noiseSchedule,
  respaced,
  type SampleSettings,
  samplePictures,
  samplerOf,
  wantedFrom,
} from '@topiary/tasks';
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { tinyDenoiser } from '../../../helpers/denoiser-task.js';
import { runContext } from '../../../helpers/procedure.js';
import { ruled } from './ruled.js';

const compute = ownCompute(runContext());
const base = tinyDenoiser();
const whole = noiseSchedule();

describe('samples', () => {
  const settings: SampleSettings = {
    predicts: 'noise',
    clip: [-1, 1],
    schedule: respaced(whole, 5),
    sampler: samplerOf('ddim'),
    guidance: 1.5,
    classes: 10,
    dims: [1, 16, 16],
  };
  const draw = async (by: Compute, more: Partial<SampleSettings> = {}, pipeline: Pipeline = base) => {
    const running = await by.open(pipeline);
    const pictures = await samplePictures(pipeline, running.run, { ...settings, ...more }, wantedFrom(0, 0, 3, 10));
    await running.release();
    return pictures;
  };

  it('come from the classifier-free guide: s = 1 asks for the class alone, and s for the line through both', async () => {
    const told: number[] = [];
    // what it says depends on the class alone, so that the guide can be read off the first step
    const byClass = (s: number) =>
      draw(
        ruled((x, _, y) => {
          told.push(y);
          return x.map(() => y / 100);
        }),
        { guidance: s, clip: null, schedule: respaced(whole, 2) },
      );
    await byClass(1);
    expect(new Set(told)).toEqual(new Set([0, 1, 2]));
    told.length = 0;
    const two = await byClass(2);
    expect(new Set(told)).toEqual(new Set([0, 1, 2, 10]));
    // ε̂ = 0.1 + 2 (y / 100 - 0.1) is what a network without a guide would have to say
    const same = await draw(
      ruled((x, _, y) => x.map(() => 0.1 + 2 * (y / 100 - 0.1))),
      { guidance: 1, clip: null, schedule: respaced(whole, 2) },
    );
    two.forEach((value, i) => {
      expect(value).toBeCloseTo(same[i]!, 3);
    });
  });

  it('are the same from the same noise, others from another, and drift with what the network says', async () => {
    const [a, again] = [await draw(compute), await draw(compute)];
    expect(again).toEqual(a);
    expect(await draw(compute, {}, tinyDenoiser(1))).not.toEqual(a);
    expect(a.every((value) => value >= -1 && value <= 1)).toBe(true);
  });

  it('that are no numbers end the sampling and say at which step', async () => {
    let asked = 0;
    const breaks = ruled((x) => {
      asked += 1;
      // three pictures, each with and without its class
      return asked > 2 * 6 ? x.map(() => Number.NaN) : x;
    });
    await expect(draw(breaks)).rejects.toMatchObject({
      code: 'TOPIARY_RUNTIME_NOT_FINITE',
      details: { where: 'step 3 of 5 of a sampling' },
    });
  });

  it('take as many steps as a schedule says, or are refused', async () => {
    const stretches = [{ steps: 4, calls: base.schedule.stretches[0]!.calls }];
    const four = { ...base, schedule: { ...base.schedule, stretches } };
    await expect(draw(compute, {}, four)).rejects.toMatchObject({ code: 'TOPIARY_PIPELINE_SCHEDULE' });
    expect((await draw(compute, { schedule: respaced(whole, 4) }, four)).length).toBe(3 * 256);
  });
});
