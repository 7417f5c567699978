/** The task diffusion: its bank, its samples, their judgement, its costs, and what it refuses. */
import { gradientGraph } from '@topiary/autodiff';
import { lower, standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { graphOf, NETWORK, type Pipeline, pipelineCosts, withGraphs } from '@topiary/pipeline';
import { compile, initialValues } from '@topiary/runtime';
import { bankErrors, frechetDistance, judge, momentsOf, noiseSchedule, taskOf, timestepsOf } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { buildDenoiser, DitTiny, materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { drawShapes16 } from '../../../../packages/zoo/src/datasets/shapes16.js';
import { randomFrom } from '../../../../packages/zoo/src/random.js';
import { ownCompute } from '../../../../workers/evaluator/src/compute.js';
import { CRITIC, diffusionTask, LITTLE, tinyDenoiser } from '../../../helpers/denoiser-task.js';
import { runContext } from '../../../helpers/procedure.js';
import { ruled } from './ruled.js';

const compute = ownCompute(runContext());
const base = tinyDenoiser();
const whole = noiseSchedule();

describe('the bank', () => {
  it('shows every picture every stretch once, at a moment of its own, the noisiest first', () => {
    const moments = Float64Array.of(0, 0.5, 0.999);
    const all = [0, 1, 2, 3].map((step) => timestepsOf(moments, step, 4, 1000));
    expect(all).toEqual([
      [750, 875, 999],
      [500, 625, 749],
      [250, 375, 499],
      [0, 125, 249],
    ]);
  });

  it('is wrong by 1 for who says that there is no noise, and by nothing for who knows the pictures', async () => {
    const nothing = diffusionTask({ base: { ...base } });
    const zero = withGraphs(base, () => materialize(buildDenoiser(DitTiny), 0));
    const { values, n, answers } = await nothing.evaluate(zero, 'held', compute, { examples: 20 });
    expect(Math.abs(values['noise-error']! - 1)).toBeLessThan(0.05);
    expect([n, answers!.values.length, Object.keys(values)]).toEqual([20, 20, ['noise-error']]);
    expect(nothing.guesses({ n, values, answers })).not.toBeNull();
    expect(nothing.guesses({ n, values: { 'noise-error': 0.1 }, answers })).toBeNull();
    // pictures that are all black are known, and so is the noise in what is shown of them
    const black = { ...LITTLE.test, pictures: { ...LITTLE.test.pictures, plain: () => true } };
    const knows = ruled((x, t) => x.map((v) => (v + Math.sqrt(whole.kept[t]!)) / Math.sqrt(1 - whole.kept[t]!)));
    const bank = { schedule: whole, predicts: 'noise', steps: 4, batch: 8 } as const;
    const errors = await bankErrors(base, { split: black, from: 'test', examples: 8 }, bank, knows);
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  it('reads a velocity as the noise that it means', async () => {
    const of = { split: LITTLE.test, from: 'test', examples: 6 } as const;
    const bank = { schedule: whole, predicts: 'noise', steps: 4, batch: 8 } as const;
    const said = (kept: number, v: number, x: number) => Math.sqrt(1 - kept) * x + Math.sqrt(kept) * v;
    const asVelocity = ruled((x) => x.map((v) => Math.sin(5 * v)));
    const asNoise = ruled((x, t) => x.map((v) => said(whole.kept[t]!, Math.sin(5 * v), v)));
    const [velocity, noise] = [
      await bankErrors(base, of, { ...bank, predicts: 'velocity' }, asVelocity),
      await bankErrors(base, of, bank, asNoise),
    ];
    velocity.forEach((value, i) => {
      expect(value).toBeCloseTo(noise[i]!, 4);
    });
  });
});

describe('the classifier of samples', () => {
  it('sees drawn pictures near its own statistics, as far as its floor says, and noise far away', async () => {
    const { critic } = LITTLE;
    const asFloats = (pixels: Uint8Array) => Float32Array.from(pixels, (byte) => byte / 127.5 - 1);
    const drawn = asFloats(drawShapes16(2000, randomFrom('others')).pixels);
    const { features, guesses, width } = await judge(critic, drawn, [1, 16, 16], compute);
    const distance = frechetDistance(momentsOf(features, width), critic.reference);
    // the bias of few pictures falls with their number: 5,000 have the floor
    expect(distance).toBeGreaterThan(critic.floor.value);
    expect(distance).toBeLessThan(5 * critic.floor.value);
    expect(guesses.filter((guess, i) => guess !== i % 10).length).toBeLessThan(5);
    const noise = await judge(
      critic,
      drawn.map((_, i) => Math.sin(i * i)),
      [1, 16, 16],
      compute,
    );
    expect(frechetDistance(momentsOf(noise.features, width), critic.reference)).toBeGreaterThan(100 * distance);
  });
});

describe('the task', () => {
  it('judges on the test split by all of its metrics; the base lies at no distance from itself', async () => {
    const task = diffusionTask({ base });
    const { values } = await task.evaluate(base, 'test', compute);
    expect(Object.keys(values)).toEqual(task.metrics.map(({ id }) => id));
    expect(values['rel-l2']).toBe(0);
    const other = await task.evaluate(tinyDenoiser(1), 'test', compute);
    expect(other.values['rel-l2']).toBeGreaterThan(0.01);
  });

  it('feeds the loss and, beside it, the same noised pictures to the network itself', async () => {
    const task = diffusionTask({ base });
    const graph = graphOf(base);
    const request = { from: 'rest', batch: 6, steps: 1, seed: 2 } as const;
    const feeds = (await task.batches(base, request).next()).value!;
    const built = gradientGraph(graph, { loss: task.loss(null), batch: 6, wrt: [] });
    const session = await compile(lower(built.graph), { provider: 'cpu', threads: 1 });
    const loss = Number(
      (await session.run({ ...initialValues(graph, built.parameters), ...feeds }))[built.loss]!.data[0],
    );
    await session.release();
    const running = await compute.open(base);
    const said = (await running.run(NETWORK, { x: feeds['x']!, t: feeds['t']!, y: feeds['y']! }))['noise']!;
    await running.release();
    const noise = feeds['drawn:noise']!.data as Float32Array;
    const by = (said.data as Float32Array).map((value, i) => (value - noise[i]!) ** 2);
    expect(by.reduce((a, b) => a + b, 0) / by.length).toBeCloseTo(loss, 4);
    expect((await task.batches(base, request).next()).value).toEqual(feeds);
  });

  it('learns from what the base says of the same pictures, where a recipe asks for distillation', async () => {
    const student = tinyDenoiser(1);
    const task = diffusionTask({ base });
    const graph = graphOf(student);
    const feeds = (await task.batches(student, { from: 'rest', batch: 4, steps: 1, seed: 5 }).next()).value!;
    const lossOf = async (distillation: 'none' | 'soft', distillationWeight: number) => {
      const { finetune } = boardOf('diffusion.dit-tiny.shapes16');
      const loss = task.loss({ ...finetune, distillation, distillationWeight }, { base });
      const built = gradientGraph(graph, { loss, batch: 4, wrt: [] });
      const session = await compile(lower(built.graph), { provider: 'cpu', threads: 1 });
      const found = await session.run({ ...initialValues(graph, built.parameters), ...feeds });
      await session.release();
      return Number(found[built.loss]!.data[0]);
    };
    const said = async (pipeline: Pipeline) => {
      const running = await compute.open(pipeline);
      const { noise } = await running.run(NETWORK, { x: feeds['x']!, t: feeds['t']!, y: feeds['y']! });
      await running.release();
      return noise!.data as Float32Array;
    };
    const [ours, theirs] = [await said(student), await said(base)];
    const apart = ours.reduce((sum, value, i) => sum + (value - theirs[i]!) ** 2, 0) / ours.length;
    const plain = await lossOf('none', 0.5);
    expect(await lossOf('soft', 1)).toBeCloseTo(apart, 5);
    expect(await lossOf('soft', 0.25)).toBeCloseTo(0.75 * plain + 0.25 * apart, 5);
  });

  it('opens as its board says, with the classifier that the protocol names', async () => {
    const board = boardOf('diffusion.dit-tiny.shapes16');
    const { options, evaluationBatch } = protocolOf(board);
    const { open, settings } = taskOf('diffusion');
    const request = { dataset: board.dataset, dataDir: '', testSecret: null, pipeline: base, evaluationBatch };
    const task = await open({ ...request, settings: settings.parse({}), options });
    expect(task.examples).toEqual({ train: 50_000, rest: 45_000, test: 1000 });
    expect(task.costs(base)['steps']).toBe(20);
  });

  it('counts a trajectory by the steps of its sampling', () => {
    const { macs, params } = pipelineCosts(base, 'pure');
    expect(diffusionTask({ base }).costs(base)).toEqual({
      steps: 4,
      'trajectory-macs': 4 * macs,
      'critical-macs': 4 * macs,
      'active-params': params,
      'slot-bytes': 0,
    });
  });

  it('shows pictures of every class from the same noise, of the base and of what became of it', async () => {
    const [fact] = await diffusionTask({ base }).show(base, base, compute);
    const content = JSON.parse(new TextDecoder().decode(fact!.bytes));
    expect([fact!.view, content.labels.length, content.base]).toEqual(['samples', 20, content.ours]);
    for (const frame of content.base) expect(Buffer.from(frame, 'base64').length).toBe(20 * 256);
  });

  it('reads a file of standard operators, tells timesteps and classes by their limits, and refuses other networks', async () => {
    const bytes = encode(standard(graphOf(base)));
    const request = { schedule: null, dataset: 'shapes16', dataDir: '' };
    const read = await taskOf('diffusion').read({ ...request, files: new Map([['network', bytes]]) });
    expect(read.parts.get(NETWORK)!.ports.map(({ name, fill }) => [name, fill])).toEqual([
      ['x', { kind: 'picture' }],
      ['t', { kind: 'below', limit: 1000 }],
      ['y', { kind: 'below', limit: 11 }],
    ]);
    expect(pipelineCosts(read, 'pure')).toEqual(pipelineCosts(base, 'pure'));
    const latents = buildDenoiser({ ...DitTiny, input: [1, 32, 32], build: (_, { x }) => x });
    const files = new Map([['network', encode(standard(latents))]]);
    await expect(taskOf('diffusion').read({ ...request, files })).rejects.toMatchObject({
      code: expect.stringMatching(/^TOPIARY_/),
    });
  });
});

describe('settings', () => {
  it('are those of a model of noise in a thousand linear steps, sampled by DDIM in twenty', () => {
    const { settings } = taskOf('diffusion');
    expect(settings.parse({})).toMatchObject({
      predicts: 'noise',
      betas: 'linear',
      sampler: 'ddim',
      steps: 20,
      guidance: 1.5,
    });
    expect(settings.safeParse({ sampler: 'euler' }).success).toBe(false);
    expect(CRITIC).toMatch(/^[0-9a-f]{64}$/);
  });
});
