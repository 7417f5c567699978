/** The loop of a sampling as procedures see it: timesteps, a step inside a graph, and settings that a pipeline asks for. */
import { floats, GraphBuilder, tensor } from '@topiary/onnx';
import { infer as inferShapes } from '@topiary/ops';
import { graphOf, NETWORK, type Pipeline, pipelineCosts, readManifest, writeManifest } from '@topiary/pipeline';
import { infer } from '@topiary/runtime';
import { ddim, noiseSchedule, partsOf, respaced } from '@topiary/tasks';
import { fillNormal, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { diffusionTask, tinyDenoiser } from '../../../helpers/denoiser-task.js';
import { runContext } from '../../../helpers/procedure.js';

const base = tinyDenoiser();
const asking = (settings: Pipeline['schedule']['settings']): Pipeline => ({
  ...base,
  schedule: { ...base.schedule, settings },
});
const whole = (values: readonly number[]) => tensor('int64', [values.length], BigInt64Array.from(values, BigInt));

describe('the trajectory', () => {
  it('tells the timesteps that DiT takes in twenty steps, the noisiest first', () => {
    const { timesteps, length } = diffusionTask({ base, settings: { steps: 20 } }).trajectory(base)!;
    expect([length, timesteps.length]).toEqual([1000, 20]);
    // as the respacing of improved diffusion rounds them
    expect(timesteps.slice(-6)).toEqual([263, 210, 158, 105, 53, 0]);
    expect(timesteps.slice(0, 2)).toEqual([999, 946]);
  });

  it.each(['noise', 'velocity'] as const)('takes the step of DDIM inside a graph, of %s', async (predicts) => {
    const trajectory = diffusionTask({ base, settings: { steps: 5, predicts } }).trajectory(base)!;
    const { timesteps } = trajectory;
    const b = new GraphBuilder(inferShapes);
    b.input('x', 'float32', [2, 1, 4, 4]);
    b.input('said', 'float32', [2, 2, 4, 4]);
    b.input('now', 'int64', [2]);
    b.input('later', 'int64', [2]);
    b.output(trajectory.advance(b, { state: 'x', said: 'said', now: 'now', next: 'later' }), 'out');
    const x = fillNormal(new Float32Array(32), 1, randomFrom('x'));
    // variances behind the noise are not read
    const both = fillNormal(new Float32Array(64), 1, randomFrom('said'));
    const { out } = await infer(b.build('step'), {
      x: floats(x, [2, 1, 4, 4]),
      said: floats(both, [2, 2, 4, 4]),
      now: whole([timesteps[2]!, timesteps[2]!]),
      later: whole([timesteps[3]!, timesteps[3]!]),
    });
    const schedule = respaced(noiseSchedule(), 5);
    const said = Float32Array.from(x, (_, k) => both[k < 16 ? k : k + 16]!);
    // step 2 from the noisiest of five is step 2 from the cleanest
    const parts = partsOf(x, said, schedule.kept[2]!, { predicts, clip: null });
    const expected = ddim().begin(schedule)(2, x, parts, parts.noise);
    (out!.data as Float32Array).forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, 4);
    });
  });

  it('names the inputs that hold the picture and the timestep', () => {
    expect(diffusionTask({ base }).trajectory(base)!.inputs(graphOf(base))).toEqual({ state: 'x', time: 't' });
  });
});

describe('settings that a pipeline asks for', () => {
  it('make its samplings shorter, and leave the bank as it is', async () => {
    const task = diffusionTask({ base, settings: { steps: 6 } });
    const three = asking({ steps: 3 });
    const { macs } = pipelineCosts(base, 'pure');
    expect(task.costs(three)).toMatchObject({ steps: 3, 'trajectory-macs': 3 * macs });
    expect(task.trajectory(three)!.timesteps).toEqual([999, 500, 0]);
    const compute = ownCompute(runContext());
    const asked: number[] = [];
    const counting: typeof compute = {
      ...compute,
      open: async (pipeline) => {
        const running = await compute.open(pipeline);
        return {
          ...running,
          run: (part, feeds) => {
            asked.push(Number(feeds['t']!.data[0]));
            return running.run(part, feeds);
          },
        };
      },
    };
    const [unit] = await task.units(three, counting, 1);
    await unit!.run(0);
    await unit!.release();
    expect(asked).toEqual([999, 500, 0]);
    const [few, all] = await Promise.all(
      [three, base].map((one) => task.evaluate(one, 'held', compute, { examples: 8 })),
    );
    expect(few!.values).toEqual(all!.values);
    const { values } = await task.evaluate(three, 'test', compute);
    expect(values['rel-l2']).toBeGreaterThan(0);
  });

  it.each([
    [{ steps: 1.5 }, /settings of the schedule\.steps/],
    [{ sampler: 'euler' }, /settings of the schedule\.sampler/],
    [{ guidance: 3 }, /guidance/],
  ])('refuses %j', (settings, where) => {
    const task = diffusionTask({ base });
    expect(() => task.costs(asking(settings))).toThrow(where);
    try {
      task.costs(asking(settings));
    } catch (error) {
      expect(error).toMatchObject({ code: 'TOPIARY_PIPELINE_SCHEDULE' });
    }
  });

  it('refuses a schedule of another length than the samplings that it asks for', async () => {
    const { calls } = base.schedule.stretches[0]!;
    const made = { ...base, schedule: { ...base.schedule, stretches: [{ steps: 5, calls }], settings: { steps: 3 } } };
    const task = diffusionTask({ base });
    await expect(task.evaluate(made, 'test', ownCompute(runContext()))).rejects.toMatchObject({
      code: 'TOPIARY_PIPELINE_SCHEDULE',
    });
  });

  it('are written to the manifest and read back', () => {
    const parts = { [NETWORK]: 'a'.repeat(64) };
    const { schedule } = asking({ steps: 3, sampler: 'dpm-solver++' });
    expect(readManifest(writeManifest(parts, schedule))).toMatchObject({ parts, schedule });
  });
});
