/** Depth, then cache, then lanes: each step of a recipe begins with what the one before made. */
import { procedureOf, splitPipeline } from '@topiary/methods';
import { graphOf, type Pipeline, paramsOf, pipelineCosts, single, withGraphs } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { layersOf, type Reuse, withReuse } from '../../../packages/methods/src/procedures/learning-to-cache/reuse.js';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { runContext } from '../../helpers/procedure.js';

const base = narrowDenoiser();
const steps = 4;
const task = diffusionTask({ base, settings: { steps }, options: { samples: 20, compared: 10 } });
const compute = ownCompute(runContext());
const trajectory = task.trajectory(base)!;

/** Three blocks of four, and of the sub-layers that are left every other one reused in every second step. */
const cached = (): { readonly shallow: Pipeline; readonly made: Pipeline } => {
  const [, second] = blocksOf(graphOf(base));
  const shallow = withGraphs(base, (graph) => dropBlocks(graph, [second!]));
  const layers = layersOf(shallow);
  const rows: Reuse = Array.from({ length: steps / 2 }, () => layers.map((_, j) => j % 2 === 0));
  return { shallow, made: withReuse(shallow, layers, rows) };
};

const distance = async (pipeline: Pipeline): Promise<number> =>
  (await task.evaluate(pipeline, 'test', compute)).values['rel-l2']!;

describe('a recipe of several steps', () => {
  it('cuts what was cached into lanes; with nothing but warm-up it draws the same', async () => {
    const { made } = cached();
    const split = splitPipeline(
      made,
      { components: 2, stride: 1, warmUp: steps, remainder: 'refuse' },
      trajectory,
      'pure',
    );
    expect(await distance(split)).toBeCloseTo(await distance(made), 5);
    expect(pipelineCosts(split, 'pure').trajectoryMacs).toBeGreaterThanOrEqual(
      pipelineCosts(made, 'pure').trajectoryMacs!,
    );
  });

  it('is shorter along its longest lane than each step alone', async () => {
    const { shallow, made } = cached();
    const options = { components: 2, stride: 1, warmUp: 1, remainder: 'refuse' } as const;
    const critical = (pipeline: Pipeline) =>
      pipelineCosts(pipeline, 'pure').criticalMacs ?? steps * pipelineCosts(pipeline, 'pure').macs;
    const all = splitPipeline(made, options, trajectory, 'pure');
    const lanesAlone = splitPipeline(base, options, trajectory, 'pure');
    for (const alone of [shallow, made, lanesAlone]) expect(critical(all)).toBeLessThan(critical(alone));
    expect(paramsOf(all)).toBe(paramsOf(shallow));
    expect(await distance(all)).toBeGreaterThan(0);
  });

  it('may take fewer steps first: the cache has as many as are left', async () => {
    const eight = diffusionTask({ base, settings: { steps: 8 } });
    const settings = { steps: 6 };
    const fewer = { ...base, schedule: { ...base.schedule, settings } };
    const loop = eight.trajectory(fewer)!;
    const request = {
      target: null,
      counter: 'pure',
      recipe: fillRecipe(boardOf('diffusion.dit-tiny.shapes16'), {}),
      params: {},
    } as const;
    expect(loop.timesteps.length).toBe(6);
    expect(procedureOf({ procedure: 'learning-to-cache' }).refuses(fewer, request, loop)).toBeNull();
    const layers = layersOf(fewer);
    const made = withReuse(
      fewer,
      layers,
      [0, 1, 2].map(() => layers.map(() => true)),
    );
    expect(eight.costs(made)['steps']).toBe(6);
    // the same parts with the schedule of the base: six steps are none of its eight
    const lost = { ...made, schedule: { ...made.schedule, settings: undefined } };
    expect(() => eight.costs(lost)).toThrow(/8 steps/);
    expect(single(graphOf(base)).schedule.settings).toBeUndefined();
  });
});
