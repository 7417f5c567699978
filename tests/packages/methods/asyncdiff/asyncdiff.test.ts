/** AsyncDiff: what is stale by how much, when nothing is, what it costs, and what it refuses. */

import { standard } from '@topiary/lowering';
import { assertRecipe, checkParameters } from '@topiary/methods';
import { encode, floats, type Tensor } from '@topiary/onnx';
import { lanesOf, type Pipeline, play, readManifest, stepsOf, withGraphs, writeManifest } from '@topiary/pipeline';
import { taskOf } from '@topiary/tasks';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { ASYNCDIFF } from '../../../../packages/methods/src/procedures/asyncdiff/about.js';
import { refusesSplit } from '../../../../packages/methods/src/procedures/asyncdiff/asyncdiff.js';
import { layersOf, withReuse } from '../../../../packages/methods/src/procedures/learning-to-cache/reuse.js';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { narrowDenoiser } from '../../../helpers/denoiser-task.js';
import { runContext } from '../../../helpers/procedure.js';
import { furthest, longSkips, OPTIONS, refusal, sampled, splitInto, taskOfSteps } from './split.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const compute = ownCompute(runContext());
const base = narrowDenoiser();
const STEPS = 6;

/** Who computed a value from what, as text: `e2(e1(x3,t3),t4)`. */
const provenance = async (pipeline: Pipeline, steps: number): Promise<string[]> => {
  const told = new Map<Tensor, string>();
  const named = (name: string): Tensor => {
    const value = floats([0], [1]);
    told.set(value, name);
    return value;
  };
  const player = play(pipeline, async (part, feeds) => {
    if (part === 'hold') return { noise: Object.values(feeds)[0]! };
    const { y: _, ...read } = feeds;
    const names = Object.values(read).map((value) => told.get(value)!);
    const made = named(`e${part.split('-').at(-1)}(${names.join()})`);
    const { graph } = pipeline.parts.get(part)!;
    return Object.fromEntries(graph.outputs.map(({ name }) => [name, made]));
  });
  const times = Array.from({ length: steps }, (_, i) => named(`t${i}`));
  const said: string[] = [];
  for (let i = 0; i < steps; i += 1) {
    const [t, next] = [times[i]!, times[i + 1]];
    const found = await player.step({ x: named(`x${i}`), t, y: t }, next ? { t: next, y: next } : null);
    said.push(told.get(found['noise']!)!);
  }
  return said;
};

/** Component n of N at step i reads what is min(N - n, i - w + 1) steps old, and nothing is stale in the warm-up. */
const published = (n: number, warmUp: number, i: number): string => {
  const stale = (component: number) => (i < warmUp ? 0 : Math.min(n - component, i - warmUp + 1));
  let said = `x${i - stale(1)}`;
  for (let component = 1; component <= n; component += 1) said = `e${component}(${said},t${i - stale(component)})`;
  return said;
};

describe('what components read', () => {
  it.each([
    [2, 1],
    [3, 1],
    [4, 3],
  ])('of %i with a warm-up of %i is as old as the formula says', async (n, warmUp) => {
    const said = await provenance(splitInto(base, 9, { components: n, warmUp }), 9);
    expect(said).toEqual(Array.from({ length: 9 }, (_, i) => published(n, warmUp, i)));
    // ε̂_i = ε^N(… ε^1(x_{i-N+1}, t_{i-N+1}) …, t_i)
    if (n === 3) expect(said[8]).toBe('e3(e2(e1(x6,t6),t7),t8)');
  });

  it('with a stride of two is of the round before, and one round says two steps', async () => {
    // by hand, from the code's order: warm-up is step 0, rounds begin at 1, 3 and 5
    const said = await provenance(splitInto(base, 7, { components: 2, stride: 2 }), 7);
    expect(said).toEqual([
      'e2(e1(x0,t0),t0)',
      'e2(e1(x0,t0),t1)',
      'e2(e1(x0,t0),t2)',
      'e2(e1(x1,t2),t3)',
      'e2(e1(x1,t2),t4)',
      'e2(e1(x3,t4),t5)',
      'e2(e1(x3,t4),t6)',
    ]);
  });

  it.each([
    [7, 1, 3],
    [7, 2, 3],
    [8, 1, 4],
  ])('%i steps with a warm-up of %i take %i rounds of stride two', (steps, warmUp, rounds) => {
    const { schedule } = splitInto(base, steps, { stride: 2, warmUp });
    expect(stepsOf(schedule)).toBe(steps);
    const taken = schedule.stretches.filter(({ calls }) => lanesOf(calls).length > 1);
    expect(taken.reduce((sum, one) => sum + one.steps!, 0)).toBe(rounds);
    expect(lanesOf(taken[0]!.calls).length).toBe(3);
  });

  it('of a last step that no other one is left for is of a round for itself', async () => {
    const said = await provenance(splitInto(base, 6, { components: 2, stride: 2 }), 6);
    expect(said.at(-1)).toBe('e2(e1(x3,t4),t5)');
  });
});

describe('pictures', () => {
  const whole = sampled(base, STEPS, compute);
  it.each([
    ['one component', { components: 1 }],
    ['a warm-up of all steps', { components: 4, warmUp: STEPS }],
    ['a warm-up of all steps with a stride', { components: 3, warmUp: STEPS, stride: 2 }],
  ])('of %s are those of the network', async (_, options) => {
    const { pictures } = await sampled(splitInto(base, STEPS, options), STEPS, compute);
    expect(furthest(pictures, (await whole).pictures)).toBeLessThan(1e-6);
    // one component is the same graph, bit for bit
    if (options.components === 1) expect(pictures).toEqual((await whole).pictures);
  });

  it('differ in the last step alone where all others are warm-up', async () => {
    const { guesses } = await sampled(splitInto(base, STEPS, { warmUp: STEPS - 1 }), STEPS, compute);
    const theirs = (await whole).guesses;
    for (let i = 0; i < STEPS - 1; i += 1) expect(furthest(guesses[i]!, theirs[i]!)).toBeLessThan(1e-6);
    expect(furthest(guesses[STEPS - 1]!, theirs[STEPS - 1]!)).toBeGreaterThan(1e-3);
  });

  it('of a network with long skips are its own, and skips are a step old once lanes run', async () => {
    const skipping = longSkips();
    const own = await sampled(skipping, STEPS, compute);
    const warm = splitInto(skipping, STEPS, { components: 5, warmUp: STEPS });
    expect(furthest((await sampled(warm, STEPS, compute)).pictures, own.pictures)).toBeLessThan(1e-6);
    const split = splitInto(skipping, STEPS, { components: 5 });
    const calls = split.schedule.stretches.at(-1)!.calls;
    // what the first block leaves is the stream of the second, and passes by those between to the last but one's join
    expect(calls.filter((call) => Object.values(call.in).includes('cut-1')).map(({ lane }) => lane)).toEqual([1, 3]);
    expect(calls.filter(({ out }) => Object.values(out).includes('cut-1')).map(({ lane }) => lane)).toEqual([0]);
    // four cuts of 16 patches, a label and a timestep, with nothing kept twice
    expect(taskOfSteps(skipping, STEPS).costs(split)['slot-bytes']).toBe(4 * 4 * 18 * 16);
  });
});

describe('a pipeline in lanes', () => {
  it.each([1, 2])('of stride %i is read back from its files as it was written, and draws the same', async (stride) => {
    const split = splitInto(base, STEPS, { stride, warmUp: 2 });
    const files = new Map([...split.parts].map(([part, { graph }]) => [part, encode(standard(graph))]));
    const shas = Object.fromEntries([...files.keys()].map((part) => [part, '0'.repeat(64)]));
    const { schedule } = readManifest(writeManifest(shas, split.schedule))!;
    const read = await taskOf('diffusion').read({ files, schedule, dataset: 'shapes16', dataDir: '' });
    const [one, other] = [await sampled(split, STEPS, compute), await sampled(read, STEPS, compute)];
    expect(furthest(one.pictures, other.pictures)).toBeLessThan(1e-6);
  });
});

describe('a pipeline of several parts', () => {
  /** Two networks take turns, as experts by timestep do. */
  const turns = (): Pipeline => {
    const other = narrowDenoiser(1);
    const renamed = withGraphs(other, (graph) => ({
      ...graph,
      nodes: graph.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map((name) => (graph.initializers.has(name) ? `other.${name}` : name)),
      })),
      initializers: new Map(
        [...graph.initializers].map(([name, one]) => [`other.${name}`, { ...one, name: `other.${name}` }]),
      ),
    }));
    const [call] = base.schedule.stretches[0]!.calls;
    const stretch = (part: string) => ({ steps: STEPS / 2, calls: [{ ...call!, part }] });
    return {
      parts: new Map([
        ['early', base.parts.get('network')!],
        ['late', renamed.parts.get('network')!],
      ]),
      schedule: { ...base.schedule, stretches: [stretch('early'), stretch('late')] },
    };
  };

  it('is cut alike everywhere: in the warm-up it draws what it drew, and behind the change all that is stale is of the other', async () => {
    const both = turns();
    const own = await sampled(both, STEPS, compute);
    const warm = splitInto(both, STEPS, { components: 3, warmUp: STEPS });
    expect(furthest((await sampled(warm, STEPS, compute)).pictures, own.pictures)).toBeLessThan(1e-6);
    const split = splitInto(both, STEPS, { components: 2 });
    expect([...split.parts.keys()]).toEqual(['early-1', 'early-2', 'late-1', 'late-2']);
    expect(split.schedule.stretches.map(({ steps, calls }) => [steps, calls.map(({ part }) => part).join()])).toEqual([
      [1, 'early-1,early-2'],
      [2, 'early-1,early-2'],
      [3, 'late-1,late-2'],
    ]);
    expect((await sampled(split, STEPS, compute)).pictures.every(Number.isFinite)).toBe(true);
  });

  /** Every second step reuses the attention of the second block and the MLP of the third. */
  const reusing = (): Pipeline => {
    const layers = layersOf(base);
    const row = layers.map((_, j) => j === 2 || j === 5);
    return withReuse(
      base,
      layers,
      Array.from({ length: STEPS / 2 }, () => row),
    );
  };

  it('that reuses what steps before kept draws what it drew in the warm-up, and keeps it lane by lane', async () => {
    const cached = reusing();
    const own = await sampled(cached, STEPS, compute);
    const warm = splitInto(cached, STEPS, { components: 4, warmUp: STEPS });
    expect(furthest((await sampled(warm, STEPS, compute)).pictures, own.pictures)).toBeLessThan(1e-6);
    const split = splitInto(cached, STEPS, { components: 2, warmUp: 2 });
    const kept = split.schedule.stretches
      .slice(-2)
      .flatMap(({ calls }) =>
        calls.flatMap((call) => [
          ...Object.values(call.out).flatMap((slot) => (slot.startsWith('kept:') ? [['writes', call.lane]] : [])),
          ...Object.values(call.in).flatMap((slot) => (slot.startsWith('kept:') ? [['reads', call.lane]] : [])),
        ]),
      );
    // blocks one and two are the first lane's, three and four the second's; each reads what it wrote itself
    expect(kept).toEqual([
      ['writes', 0],
      ['writes', 1],
      ['reads', 0],
      ['reads', 1],
    ]);
    // two values of a token's width in two places, and the cut between
    expect(taskOfSteps(base, STEPS).costs(split)['slot-bytes']).toBe(3 * 4 * 16 * 16);
  });

  it('is refused where the rounds of a stride leave out the steps that keep something', () => {
    expect(refusal(reusing(), STEPS, { stride: 2, warmUp: 2 })).toMatch(/whose rounds never write 'kept:/);
    expect(refusal(reusing(), STEPS, { stride: 2, warmUp: 1 })).toBeNull();
  });
});

describe('what is refused', () => {
  it.each([
    [{ components: 5 }, /5 components, more than the 4 blocks/],
    [{ warmUp: 0 }, /a warm-up of 0 steps, where a sampling has 1 to 6/],
    [{ warmUp: 7 }, /a warm-up of 7 steps/],
    [
      { stride: 2, remainder: 'refuse' },
      /a stride of 2, which does not divide the 5 steps that 1 of warm-up leave of 6/,
    ],
  ] as const)('%j', (options, reason) => {
    expect(refusal(base, STEPS, options)).toMatch(reason);
  });

  it('before anything is computed, with a code', () => {
    const asked = (params: Readonly<Record<string, number>>) => {
      const recipe = fillRecipe(BOARD, { procedure: 'asyncdiff', criterion: null });
      const request = { target: null, counter: 'pure', recipe, params: checkParameters(ASYNCDIFF, params) } as const;
      assertRecipe(base, request, taskOfSteps(base, STEPS).trajectory(base));
    };
    const code = (value: string) => expect.objectContaining({ code: value });
    expect(() => asked({ stride: 2, 'warm-up': 2 })).not.toThrow();
    for (const params of [{ stride: 2 }, { components: 5 }, { 'warm-up': 7 }])
      expect(() => asked(params as never)).toThrow(code('TOPIARY_METHODS_CANNOT_SERVE'));
    for (const params of [{ stride: 3 }, { components: 0 }, { 'warm-up': 0 }])
      expect(() => asked(params as never)).toThrow(code('TOPIARY_METHODS_PARAMETER'));
  });

  it('a stride that divides, a pipeline that is split already, a task without a loop', () => {
    expect(refusal(base, STEPS, { stride: 2, warmUp: 2, remainder: 'refuse' })).toBeNull();
    expect(refusal(splitInto(base, STEPS), STEPS, {})).toMatch(/steps of several calls/);
    expect(refusesSplit(base, OPTIONS, null, 'pure')).toMatch(/a task without a loop/);
  });
});
