/** Remix-DiT as a procedure: the pipeline of experts, what it costs, what it is made of, and what is refused. */
import { procedureOf } from '@topiary/methods';
import { dataOf } from '@topiary/onnx';
import { graphOf, type Pipeline, paramsOf, pipelineCosts, single } from '@topiary/pipeline';
import { infer } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { DitTiny } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { mixedNames } from '../../../../packages/methods/src/procedures/remix-dit/experts.js';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { diffusionTask, narrowDenoiser } from '../../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../../helpers/procedure.js';
import { feedsFor } from '../../zoo/denoiser-feeds.js';
import { furthest, sampled, splitInto, taskOfSteps } from '../asyncdiff/split.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = narrowDenoiser();
const GRAPH = graphOf(base);
const STEPS = 4;
const task = diffusionTask({ base, settings: { steps: STEPS } });
const BATCH = 4;
const [BASES, EXPERTS] = [2, 4];

const run = async (params: Readonly<Record<string, unknown>>, seed = 0) => {
  const context = runContext(seed, ['finetune', 'mix']);
  const recipe = fillRecipe(BOARD, {
    procedure: 'remix-dit',
    criterion: null,
    params: { procedure: { bases: BASES, experts: EXPERTS, ...params } as never },
    finetune: { steps: 3, batch: BATCH, warmup: 0 },
  });
  const procedure = procedureOf({ procedure: 'remix-dit' });
  const request = { target: null, counter: 'pure', recipe, params: recipe.params.procedure } as const;
  expect(procedure.refuses(base, request, task.trajectory(base))).toBeNull();
  return procedure.run(procedureFor({ graph: GRAPH, task, context }), request);
};

const mixedSize = mixedNames(GRAPH).reduce(
  (sum, name) => sum + GRAPH.initializers.get(name)!.dims.reduce((a, b) => a * b, 1),
  0,
);

describe('the procedure', () => {
  it('leaves an expert for each stretch of the diffusion, with what is not mixed stored once', async () => {
    const { pipeline, facts } = await run({});
    expect([...pipeline.parts.keys()].sort()).toEqual(['expert-0', 'expert-1', 'expert-2', 'expert-3']);
    // the noisiest first
    expect(pipeline.schedule.stretches.map(({ steps, calls }) => [steps, calls[0]!.part])).toEqual([
      [1, 'expert-3'],
      [1, 'expert-2'],
      [1, 'expert-1'],
      [1, 'expert-0'],
    ]);
    const whole = paramsOf(base);
    // by hand: 12 D² + 9 D of each of four blocks is mixed at a width of 16
    expect(mixedSize).toBe(4 * (12 * 16 * 16 + 9 * 16));
    expect(paramsOf(pipeline)).toBe(whole + 3 * mixedSize);
    const { macs } = pipelineCosts(base, 'pure');
    expect(task.costs(pipeline)).toEqual({
      steps: STEPS,
      'trajectory-macs': STEPS * macs,
      'critical-macs': STEPS * macs,
      'active-params': whole,
      'slot-bytes': 0,
    });
    expect(facts.map(({ view }) => view)).toEqual(['schedule', 'gates']);
    const { noise } = await infer(pipeline.parts.get('expert-2')!.graph, feedsFor(DitTiny, 2));
    expect((noise!.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('without mixing has as many parts as bases, and one basis is training on', async () => {
    const { pipeline } = await run({ mixer: 'one-hot' });
    expect(pipeline.schedule.stretches.map(({ steps, calls }) => [steps, calls[0]!.part])).toEqual([
      [2, 'expert-2'],
      [2, 'expert-0'],
    ]);
    expect(paramsOf(pipeline)).toBe(paramsOf(base) + mixedSize);
    const one = await run({ bases: 1, experts: 1 });
    expect(paramsOf(one.pipeline)).toBe(paramsOf(base));
    expect(one.pipeline.parts.size).toBe(1);
  });

  it('makes the same experts under the same seed', async () => {
    const weights = async (seed: number) => {
      const { pipeline } = await run({}, seed);
      return dataOf(pipeline.parts.get('expert-1')!.graph.initializers.get('expert.1.blocks.2.mlp.fc1.weight')!);
    };
    const first = await weights(3);
    expect(await weights(3)).toEqual(first);
    expect(await weights(4)).not.toEqual(first);
  });

  it('and then AsyncDiff: experts are cut alike, and in the warm-up draw what they drew', async () => {
    const { pipeline } = await run({});
    const own = await sampled(pipeline, STEPS, ownCompute(runContext()));
    const split = splitInto(pipeline, STEPS, { warmUp: STEPS });
    expect(split.parts.size).toBe(8);
    expect(paramsOf(split)).toBe(paramsOf(pipeline));
    expect(furthest((await sampled(split, STEPS, ownCompute(runContext()))).pictures, own.pictures)).toBeLessThan(1e-5);
    expect(taskOfSteps(base, STEPS).costs(split)['active-params']).toBe(paramsOf(base));
  });

  it.each([
    [{ bases: 3, experts: 4 }, /4 experts of 3 bases/],
    [{ bases: 1, experts: 3 }, /3 experts of 4 steps/],
  ])('refuses %j', (params, reason) => {
    const procedure = procedureOf({ procedure: 'remix-dit' });
    const request = { target: null, counter: 'pure', recipe: fillRecipe(BOARD, {}), params } as const;
    expect(procedure.refuses(single(GRAPH), request, task.trajectory(base))).toMatch(reason);
    const several: Pipeline = splitInto(base, STEPS);
    expect(procedure.refuses(several, request, task.trajectory(base))).toMatch(/several parts/);
    expect(procedure.refuses(base, { ...request, params: { bases: 1, experts: 1 } }, null)).toMatch(/without a loop/);
  });
});
