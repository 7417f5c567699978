/** Fewer steps: what a target asks for, what the task then does, and what is refused. */
import type { Target } from '@topiary/contracts';
import { procedureOf } from '@topiary/methods';
import { graphOf, type Pipeline, pipelineCosts } from '@topiary/pipeline';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = narrowDenoiser();
const task = diffusionTask({ base, settings: { steps: 8 } });
const procedure = procedureOf({ procedure: 'fewer-steps' });

const asked = (target: number | null, params: Readonly<Record<string, number | string>> = {}) => {
  const recipe = fillRecipe(BOARD, { procedure: 'fewer-steps', criterion: null, params: { procedure: params } });
  const on: Target | null =
    target === null ? null : { axis: 'trajectory-macs', value: target, label: `trajectory-macs:${target}x` };
  return { target: on, counter: 'pure', recipe, params: recipe.params.procedure } as const;
};

const made = async (...how: Parameters<typeof asked>): Promise<Pipeline> => {
  const context = procedureFor({ graph: graphOf(base), task, context: runContext(0, ['schedule']) });
  return (await procedure.run(context, asked(...how))).pipeline;
};

describe('fewer steps', () => {
  it('are as many as a target allows, or as the recipe says', async () => {
    const { macs } = pipelineCosts(base, 'pure');
    const steps = async (...how: Parameters<typeof asked>) => task.costs(await made(...how))['steps'];
    expect([await steps(1.3), await steps(2), await steps(3)]).toEqual([6, 4, 2]);
    expect(task.costs(await made(null, { steps: 5 }))['trajectory-macs']).toBe(5 * macs);
  });

  it('leave what the network says of noise, and draw other pictures; so does another sampler', async () => {
    const compute = ownCompute(runContext());
    const whole = await task.evaluate(base, 'test', compute);
    const few = await task.evaluate(await made(2), 'test', compute);
    expect(few.values['noise-error']).toBe(whole.values['noise-error']);
    expect(few.values['rel-l2']).toBeGreaterThan(0.01);
    const solver = await task.evaluate(await made(2, { sampler: 'dpm-solver++' }), 'test', compute);
    expect(solver.values['rel-l2']).not.toBe(few.values['rel-l2']);
  });

  it.each([
    [asked(5), /^1 steps/],
    [{ ...asked(null), target: { axis: 'macs', value: 2, label: '2x' } }, /^target 2x/],
  ])('refuse what they cannot serve (%#)', (request, reason) => {
    expect(procedure.refuses(base, request, task.trajectory(base))).toMatch(reason);
    expect(procedure.refuses(base, asked(2), task.trajectory(base))).toBeNull();
    expect(procedure.refuses(base, asked(2), null)).toMatch(/takes no loop/);
    const [stretch] = base.schedule.stretches;
    const own = { ...base, schedule: { ...base.schedule, stretches: [{ ...stretch!, steps: 8 }] } };
    expect(procedure.refuses(own, asked(2), task.trajectory(base))).toMatch(/schedule of its own/);
  });
});
