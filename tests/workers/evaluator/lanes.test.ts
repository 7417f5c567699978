/** Lanes on threads of their own draw what the one interpreter draws in turn, and are what the latency of a row is taken of. */
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { laneCompute, lanesIn } from '../../../workers/evaluator/src/lane-compute.js';
import { measure, TOO_FEW_CORES } from '../../../workers/evaluator/src/stages/measure.js';
import { narrowDenoiser } from '../../helpers/denoiser-task.js';
import { runContext } from '../../helpers/procedure.js';
import { furthest, sampled, splitInto, taskOfSteps } from '../../packages/methods/asyncdiff/split.js';

const STEPS = 6;
const base = narrowDenoiser();
const inTurn = ownCompute(runContext());
const sideBySide = laneCompute(async () => undefined);

describe('lanes side by side', () => {
  it.each([
    [{ components: 2, stride: 1 }, 2],
    [{ components: 2, stride: 2, warmUp: 2 }, 3],
    [{ components: 4, stride: 1, warmUp: 3 }, 4],
  ])('of %j draw what they draw in turn', async (options, lanes) => {
    const split = splitInto(base, STEPS, options);
    expect(lanesIn(split)).toBe(lanes);
    const [one, other] = [await sampled(split, STEPS, inTurn), await sampled(split, STEPS, sideBySide)];
    expect(furthest(one.pictures, other.pictures)).toBeLessThan(1e-6);
  });
});

describe('the latency of a row', () => {
  it('is taken of all lanes together, with a thread for each, beside the base on one', async () => {
    const { latency, flags } = await measure(runContext(), taskOfSteps(base, STEPS), base, splitInto(base, STEPS), 2);
    expect([latency!.threads, flags]).toEqual([2, []]);
    expect(latency!.p50Ms).toBeGreaterThan(0);
    const whole = await measure(runContext(), taskOfSteps(base, STEPS), base, base, 1);
    expect(whole.latency!.threads).toBe(1);
  });

  it('is not taken where there are fewer cores than lanes, and the row says so', async () => {
    const split = splitInto(base, STEPS, { components: 3 });
    const found = await measure(runContext(), taskOfSteps(base, STEPS), base, split, 2);
    expect(found).toEqual({ latency: null, laps: {}, flags: [TOO_FEW_CORES] });
  });
});
