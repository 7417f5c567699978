/** Learning-to-Cache: the router's graph against the parts that it ends in, their exact costs, choices, and what it refuses. */
import { gradient } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { type ProcedureContext, procedureOf } from '@topiary/methods';
import { floats, GraphBuilder } from '@topiary/onnx';
import { count, infer as inferShapes } from '@topiary/ops';
import { graphOf, type Pipeline, paramsOf, pipelineCosts, play, single } from '@topiary/pipeline';
import { compile, type Feeds, type Session } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { buildDenoiser, DitXl2, randomFrom, UVitH2 } from '@topiary/zoo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  byThreshold,
  enough,
  RIVALS,
  smallest,
} from '../../../packages/methods/src/procedures/learning-to-cache/choice.js';
import {
  layersOf,
  type Reuse,
  reusedIn,
  withReuse,
} from '../../../packages/methods/src/procedures/learning-to-cache/reuse.js';
import { NEXT, ROUTER, routerGraph } from '../../../packages/methods/src/procedures/learning-to-cache/router.js';
import { checkpointsOf } from '../../../workers/evaluator/src/checkpoint.js';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = narrowDenoiser();
const GRAPH = graphOf(base);
const task = diffusionTask({ base });
const trajectory = task.trajectory(base)!;
const layers = layersOf(base);
const BATCH = 4;
const PRICE = 0.01;
const compute = ownCompute(runContext());

const whole = (value: number) =>
  ({ type: 'int64', dims: [BATCH], data: new BigInt64Array(BATCH).fill(BigInt(value)) }) as const;
const [NOW, LATER] = [trajectory.timesteps[0]!, trajectory.timesteps[1]!];

const batchFeeds = async (): Promise<Feeds> => ({
  ...(await task.batches(base, { from: 'train', batch: BATCH, steps: 1, seed: 1 }).next()).value!,
  t: whole(NOW),
  [NEXT]: whole(LATER),
});

/** The router's loss and its slope at the logits, which are fed. */
const compiled = () => {
  const said = layers.map((layer) => layer.said);
  const { graph, loss } = routerGraph(GRAPH, said, { loss: task.loss(null), trajectory, batch: BATCH, price: PRICE });
  const b = new GraphBuilder(inferShapes);
  for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) {
    if (initializer.name === ROUTER) b.input(ROUTER, 'float32', initializer.dims);
    else b.initializer(initializer);
  }
  for (const node of graph.nodes) b.append(node);
  const [slope] = gradient(b, loss, [ROUTER]);
  b.output(slope!, 'slope');
  b.output(loss, 'value');
  return compile(lower(b.build('slope')), { provider: 'cpu', threads: 1 });
};

let session: Session;
beforeAll(async () => {
  session = await compiled();
});
afterAll(() => session.release());

const lossAt = async (logits: readonly number[]) => {
  const found = await session.run({ ...(await batchFeeds()), [ROUTER]: floats([...logits], [logits.length]) });
  return { loss: Number(found['value']!.data[0]), slope: Array.from(found['slope']!.data as Float32Array) };
};

/** What both steps of a pair say, played by a pipeline, from the same noised pictures as the router's graph. */
const played = async (pipeline: Pipeline) => {
  const { x: _x, y: label, ...feeds } = await batchFeeds();
  const [picture, noise] = [feeds['drawn:x0']!, feeds['drawn:noise']!];
  const rates = (t: number) => [Math.sqrt(trajectory.kept[t]!), Math.sqrt(1 - trajectory.kept[t]!)] as const;
  const [a, c] = rates(NOW);
  const x = Float32Array.from(picture.data as Float32Array, (v, k) => a * v + c * (noise.data as Float32Array)[k]!);
  const running = await compute.open(pipeline);
  const player = play(pipeline, running.run);
  const first = await player.step({ x: floats(x, picture.dims), t: whole(NOW), y: label! });
  const said = first['noise']!.data as Float32Array;
  const [a2, c2] = rates(LATER);
  const moved = x.map((v, k) => a2 * ((v - c * said[k]!) / a) + c2 * said[k]!);
  const { noise: second } = await player.step({ x: floats(moved, picture.dims), t: whole(LATER), y: label! });
  await running.release();
  return second!.data as Float32Array;
};

const meanSquare = (p: Float32Array, q: Float32Array): number =>
  p.reduce((sum, value, k) => sum + (value - q[k]!) ** 2, 0) / p.length;

const rowsOf = (row: readonly boolean[], pairs = trajectory.timesteps.length / 2): Reuse =>
  Array.from({ length: pairs }, () => row);
const all = (value: boolean) => layers.map(() => value);

describe('the router', () => {
  it('with open gates is the network in full: only the price is left of the loss', async () => {
    const { loss } = await lossAt(layers.map(() => 40));
    expect(loss).toBeCloseTo(PRICE * layers.length, 6);
  });

  it('with closed gates is as wrong as the parts that reuse are', async () => {
    const full = await played(base);
    for (const row of [all(true), layers.map((_, j) => j % 3 === 1), layers.map((_, j) => j === 0)]) {
      const { loss } = await lossAt(row.map((reused) => (reused ? -40 : 40)));
      const wrong = meanSquare(await played(withReuse(base, layers, rowsOf(row))), full);
      expect(wrong).toBeGreaterThan(1e-6);
      const price = PRICE * row.filter((reused) => !reused).length;
      expect((loss - price) / wrong).toBeCloseTo(1, 2);
    }
  });

  it('has the slope of its loss, at every gate', async () => {
    const logits = layers.map((_, j) => Math.sin(j));
    const { slope } = await lossAt(logits);
    const h = 0.02;
    for (const j of [0, 3, 7]) {
      const at = async (step: number) => (await lossAt(logits.map((r, i) => (i === j ? r + step : r)))).loss;
      const difference = ((await at(h)) - (await at(-h))) / (2 * h);
      expect(slope[j]! / difference).toBeCloseTo(1, 1);
    }
    expect(slope.every((value) => value !== 0)).toBe(true);
  });
});

describe('what is reused', () => {
  const shares = [
    [0.1, 0.9, 0.3, 0.5],
    [0.2, 0.05, 0.8, 0.4],
  ];

  it('is more the higher the threshold, and all below it', () => {
    const counts = [0, 0.05, 0.1, 0.3, 0.5, 0.9].map((theta) => reusedIn(byThreshold(shares, theta)));
    expect(counts).toEqual([0, 1, 2, 4, 6, 8]);
    expect(byThreshold(shares, 0.3)).toEqual([
      [true, false, true, false],
      [true, true, false, false],
    ]);
  });

  const changes = [
    [4, 3, 2, 1],
    [1, 2, 3, 4],
  ];

  it('is no more than a target asks for, the smallest shares first', () => {
    const ordered = { shares, threshold: 0, changes };
    expect(smallest(ordered, 3)).toEqual(byThreshold(shares, 0.2));
    expect(enough(ordered, (reuse) => reusedIn(reuse) >= 5)).toEqual(byThreshold(shares, 0.4));
    expect(reusedIn(enough(ordered, () => false))).toBe(8);
  });

  it('begins with what changes least where gates are closed alike, however near to 0 they came', () => {
    const closed = [
      [0.001, 0.09, 0.92, 0.5],
      [0.03, 0.4, 0.999, 0.08],
    ];
    const ordered = { shares: closed, threshold: 0.1, changes };
    const order = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => smallest(ordered, count).flat());
    const places = order.map((now, i) => now.findIndex((is, k) => is && !order[i - 1]?.[k]));
    // closed by their change (1, 3, 4, 4), then those between by their gates, then the open ones by their change
    expect(places).toEqual([4, 1, 0, 7, 5, 3, 2, 6]);
  });

  it('is as many of each step whoever chooses', () => {
    const router = byThreshold(shares, 0.3);
    const rivals = { random: randomFrom('rivals'), changes };
    for (const [which, rule] of Object.entries(RIVALS)) {
      const counts = rule(router, rivals).map((row) => row.filter(Boolean).length);
      expect([which, counts]).toEqual([which, [2, 2]]);
    }
    expect(RIVALS['top']!(router, rivals)[0]).toEqual([false, false, true, true]);
    expect(RIVALS['bottom']!(router, rivals)[0]).toEqual([true, true, false, false]);
    expect(RIVALS['metric']!(router, rivals)).toEqual([
      [false, false, true, true],
      [true, true, false, false],
    ]);
  });
});

/** Of a diffusion transformer, from its shape (spec of the paper: 4 N D² and 8 N D²; attention's products are 2 N² D). */
const layerMacs = (tokens: number, width: number) => ({
  attention: 4 * tokens * width ** 2 + 2 * tokens ** 2 * width,
  mlp: 8 * tokens * width ** 2,
});

describe('the parts', () => {
  it('that reuse everything have patches, the condition and the last layer left, and nothing else', () => {
    const made = withReuse(base, layers, rowsOf(all(true)));
    expect([...made.parts.keys()]).toEqual(['full', 'reusing-1']);
    const { pure } = count(made.parts.get('reusing-1')!.graph);
    const [tokens, width, depth, pixels, frequencies] = [16, 16, 4, 16, 16];
    const conditions = frequencies * width + width ** 2 + depth * 6 * width ** 2 + 2 * width ** 2;
    expect(pure).toBe(tokens * pixels * width + conditions + tokens * width * pixels);
  });

  it('cost what the schedule says to the last multiplication, and share all weights', () => {
    const rows: Reuse = [layers.map((_, j) => j % 2 === 0), layers.map((_, j) => j > 4)];
    const made = withReuse(base, layers, rows);
    const { attention, mlp } = layerMacs(16, 16);
    const { macs } = pipelineCosts(base, 'pure');
    // four attentions, then an MLP, an attention and an MLP
    expect(pipelineCosts(made, 'pure').trajectoryMacs).toBe(4 * macs - 5 * attention - 2 * mlp);
    expect(paramsOf(made)).toBe(paramsOf(base));
    expect(made.parts.size).toBe(3);
    // seven slots of sixteen tokens: a slot serves both pairs where both reuse it
    expect(pipelineCosts(made, 'pure').slotBytes).toBe(6 * 4 * 16 * 16);
    expect(task.costs(made)['steps']).toBe(4);
  });

  it('are one for each distinct choice; who reuses nothing has the pipeline that was given', () => {
    const even = layers.map((_, j) => j % 2 === 0);
    const made = withReuse(base, layers, [even, all(false), even, all(false), all(false)]);
    expect([...made.parts.keys()]).toEqual(['full', 'reusing-1']);
    expect(made.schedule.stretches.map(({ steps }) => steps)).toEqual([1, 1, 2, 1, 1, 4]);
    expect(withReuse(base, layers, rowsOf(all(false)))).toBe(base);
  });

  it('of DiT-XL/2 save 1.51 G and 2.72 G a sub-layer, as the published tables count with products of attention', () => {
    const xl = single(buildDenoiser(DitXl2));
    const own = layersOf(xl);
    expect(own.length).toBe(56);
    const { pure } = count(graphOf(xl));
    const without = (j: number) =>
      count(withReuse(xl, own, [own.map((_, i) => i === j)]).parts.get('reusing-1')!.graph).pure;
    const { attention, mlp } = layerMacs(256, 1152);
    expect([pure - without(0), pure - without(1)]).toEqual([attention, mlp]);
    expect([attention / 1e9, mlp / 1e9].map((giga) => giga.toFixed(2))).toEqual(['1.51', '2.72']);
  });

  it('of U-ViT-H/2 are 58 sub-layers of 29 blocks, and all that is left of it are skips and ends', () => {
    const graph = buildDenoiser(UVitH2);
    const uvit = single(graph);
    const own = layersOf(uvit);
    expect(own.length).toBe(58);
    const light = withReuse(uvit, own, [own.map(() => true)]).parts.get('reusing-1')!.graph;
    // 14 blocks join a long skip, D from 2 D, at each of 256 patches and two more tokens; patches in and out besides
    const skips = 14 * 258 * 2 * 1152 ** 2;
    const ends = count(light).pure - skips;
    expect(ends).toBeGreaterThan(0);
    expect(ends / count(graph).pure).toBeLessThan(0.001);
  });

  it('are refused by a task that takes another number of steps', async () => {
    const made = withReuse(base, layers, rowsOf(all(true)));
    const other = diffusionTask({ base, settings: { steps: 6 } });
    expect(() => other.costs(made)).toThrow(/6 steps/);
    await expect(other.evaluate(made, 'held', compute, { examples: 4 })).rejects.toMatchObject({
      code: 'TOPIARY_PIPELINE_SCHEDULE',
    });
  });
});

interface Asked {
  readonly seed?: number;
  readonly given?: Partial<ProcedureContext>;
  readonly params?: Readonly<Record<string, number | string>>;
  readonly target?: number;
}

const run = async ({ seed = 0, params = {}, target, given = {} }: Asked) => {
  const procedure = procedureOf({ procedure: 'learning-to-cache' });
  const context = runContext(seed, ['router', 'cache']);
  const recipe = fillRecipe(BOARD, {
    procedure: 'learning-to-cache',
    criterion: null,
    params: { procedure: { steps: 3, ...params } },
    finetune: { batch: BATCH },
  });
  const asked = target === undefined ? null : { axis: 'trajectory-macs', value: target, label: `${target}x` };
  const request = { target: asked, counter: 'pure', recipe, params: recipe.params.procedure } as const;
  expect(procedure.refuses(base, request, trajectory)).toBeNull();
  const kept = checkpointsOf(context.job.home, context.job.run.run);
  await kept.remove();
  const outcome = await procedure.run({ ...procedureFor({ graph: GRAPH, task, context }), ...given }, request);
  await kept.remove();
  const [schedule] = outcome.facts.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)));
  return { ...outcome, schedule, curves: context.report.curves };
};

describe('the procedure', () => {
  it('reaches a target on the MACs of a trajectory, and leaves a pipeline that the task can judge', async () => {
    const { pipeline, flags, schedule, curves, facts } = await run({ target: 1.2 });
    const saved = (4 * pipelineCosts(base, 'pure').macs) / pipelineCosts(pipeline, 'pure').trajectoryMacs!;
    expect(saved).toBeGreaterThanOrEqual(1.2);
    expect(flags.includes('undershoot')).toBe(false);
    const { values } = await task.evaluate(pipeline, 'test', compute);
    expect(values['rel-l2']).toBeGreaterThan(0);
    expect(Number.isFinite(values['noise-error'])).toBe(true);
    expect(facts.map(({ view }) => view)).toEqual(['schedule', 'gates']);
    expect(schedule.steps.map(({ timestep }: { timestep: number }) => timestep)).toEqual(trajectory.timesteps);
    // first steps of pairs compute everything
    for (const row of schedule.mask.computed) expect([row[0], row[2]]).toEqual([true, true]);
    expect(curves['router-loss']!.values.length).toBe(6);
    for (const share of curves['computed-share']!.values) expect(share > 0 && share < 1).toBe(true);
  });

  it('reuses everything where computing is dear and nothing where it is free', async () => {
    const dear = await run({ params: { price: 100, steps: 60 } });
    expect(dear.schedule.mask.computed.flat().filter((one: boolean) => !one).length).toBe(2 * layers.length);
    const free = await run({ params: { price: 0, threshold: 0 } });
    expect([free.pipeline.schedule, free.pipeline.parts.size]).toEqual([base.schedule, 1]);
  });

  it('goes on after a kill with what it had learned, to the same end', async () => {
    const whole = await run({ target: 1.2 });
    const states: Uint8Array[] = [];
    const keeping = { checkpoint: async (state: Uint8Array) => void states.push(state) };
    await run({ target: 1.2, given: keeping });
    expect(states.length).toBe(2);
    let steps = 0;
    const again = await run({
      target: 1.2,
      given: {
        restore: async () => states[0]!,
        point: (_stage, series) => {
          steps += Number(series === 'router-loss');
        },
      },
    });
    expect([steps, again.schedule]).toEqual([3, whole.schedule]);
    // what another step of a recipe kept is none of its own
    const other = await run({ target: 1.2, given: { restore: async () => new TextEncoder().encode('{"key":"x"}') } });
    expect(other.schedule).toEqual(whole.schedule);
  });

  it('takes nothing from what was learned for a sampling with other timesteps', async () => {
    const states: Uint8Array[] = [];
    const whole = await run({ target: 1.2, given: { checkpoint: async (state) => void states.push(state) } });
    const { key, rows } = JSON.parse(new TextDecoder().decode(states.at(-1)!));
    expect(rows.length).toBe(2);
    const timesteps = JSON.stringify(trajectory.timesteps);
    expect(key).toContain(timesteps);
    const foreign = {
      key: key.replace(timesteps, JSON.stringify(trajectory.timesteps.map((t) => Math.max(0, t - 1)))),
      rows: rows.map((row: number[]) => row.map(() => 5)),
    };
    const restore = async () => new TextEncoder().encode(JSON.stringify(foreign));
    let steps = 0;
    const point = (_stage: string, series: string) => {
      steps += Number(series === 'router-loss');
    };
    const again = await run({ target: 1.2, given: { restore, point } });
    expect([steps, again.schedule]).toEqual([6, whole.schedule]);
  });

  it('chooses the same under one seed; rivals reuse as many at each step', async () => {
    const masks = async (asked: Asked) => (await run(asked)).schedule.mask.computed as boolean[][];
    const params = { price: 0.05 };
    const threshold = { ...params, threshold: 0.6 };
    const router = await masks({ params: threshold });
    expect(await masks({ params: threshold })).toEqual(router);
    const counts = (mask: boolean[][]) => [1, 3].map((step) => mask.filter((row) => !row[step]).length);
    expect(counts(router)[0]).toBeGreaterThan(0);
    for (const which of ['random', 'top', 'bottom', 'metric'])
      expect(counts(await masks({ params: { ...threshold, which } }))).toEqual(counts(router));
  });

  it.each([
    [{ target: { axis: 'macs', value: 2, label: '2x' } }, base, trajectory, /target 2x/],
    [{}, base, { ...trajectory, timesteps: [3, 2, 1] }, /3 steps, which are no pairs/],
    [{}, base, null, /takes no loop/],
    [{}, withReuse(base, layers, rowsOf(all(true))), trajectory, /several parts/],
  ])('refuses what it cannot serve (%#)', (asked, pipeline, loop, reason) => {
    const request = { target: null, counter: 'pure', recipe: fillRecipe(BOARD, {}), params: {}, ...asked } as const;
    expect(procedureOf({ procedure: 'learning-to-cache' }).refuses(pipeline, request, loop)).toMatch(reason);
  });
});
