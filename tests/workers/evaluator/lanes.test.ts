/** Lanes on threads of their own draw what the one interpreter draws in turn, and are what the latency of a row is taken of. */
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { laneCompute, lanesIn } from '../../../workers/evaluator/src/lane-compute.js';
import { IN_TURN, measure, threadsFor } from '../../../workers/evaluator/src/stages/measure.js';
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
  it('has a thread for each lane where the machine has a core for each, and one where it has fewer', () => {
    const split = splitInto(base, STEPS, { components: 3 });
    expect([threadsFor(base, 8), threadsFor(split, 8), threadsFor(split, 3), threadsFor(split, 2)]).toEqual([
      1, 3, 3, 1,
    ]);
  });

  it('is taken of all lanes together beside the base on one thread, or says that it was not', async () => {
    const split = splitInto(base, STEPS);
    const { latency, flags } = await measure(runContext(), taskOfSteps(base, STEPS), base, split);
    expect(latency!.p50Ms).toBeGreaterThan(0);
    const fits = availableParallelism() >= 2;
    expect([latency!.threads, flags]).toEqual(fits ? [2, []] : [1, [IN_TURN]]);
    const four = await measure(runContext(), taskOfSteps(base, STEPS), base, splitInto(base, STEPS, { components: 4 }));
    expect(four.flags).toEqual(availableParallelism() >= 4 ? [] : [IN_TURN]);
  });
});
