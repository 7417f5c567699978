/** Trainings of composed graphs, against PyTorch. */
import { adamw, crossEntropy, type LossGraph, lossGraph, parametersAs, sgd } from '@topiary/autodiff';
import { dataOf, float, floats, int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { LossTrainer, type LossTrainerOptions, Trainer } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet, smallTransformer } from '../autodiff/_nets.js';
import { sines } from '../methods/other-tasks.js';
import { aligned, DECLARED, far, feedsAt, GATE, near, student } from './_students.js';

const WHERE = { provider: 'cpu', threads: 1 } as const;

const OPTIONS: LossTrainerOptions = { ...WHERE, optimizer: adamw(), parameters: DECLARED, weightDecay: 0.1 };

const STEPS = [
  [0.01, 0.5],
  [0.02, 0.5],
  [0.005, 0.25],
  [0.01, 0],
] as const;

/*
 * PyTorch 2.13: four steps of AdamW([{w1, w2: weight_decay .1}, {b1, b2: 0}, {gate: 0, lr × 10}]) on the loss of `aligned`
 * with ((gate > .5).float() + gate - gate.detach()) for the straight-through gate and gate.clamp_(.2, .52) after each.
 */
const LOSSES = [0.62225825, 0.58556354, 0.33403918, 0.4159137];
const LEARNED: Readonly<Record<string, readonly number[]>> = {
  gate: [0.51903582, 0.21501434, 0.51999998, 0.49350804, 0.2, 0.51999998],
  'student/w1': [
    0.38132372, 0.19938412, -0.43321306, -0.086277381, 0.4549346, -0.0032351194, -0.4532654, 0.12884991, 0.41126701,
    -0.24362946, -0.33133814, 0.33751622, 0.2350788, -0.40674561, -0.1220198, 0.44727936, 0.025869284, -0.45673156,
    0.054604288, 0.43318525, -0.17257676, -0.38626307, 0.28174496, 0.30577099, -0.36961448, -0.223942, 0.42267734,
    0.11192217, -0.45250598, 0.0082981735,
  ],
  'student/b1': [0.048707921, -0.089102589, -0.11972126, 0.02985353, 0.021276515, -0.11754082],
  'student/w2': [
    0.094626382, -0.46753922, 0.027836708, 0.47434241, -0.15224017, -0.45655003, 0.31952828, 0.32964069, -0.41760355,
    -0.25155726, 0.42424569, 0.12228329, -0.46633965, 0.013881931, 0.4652634, -0.1029515, -0.43656328, 0.20870146,
  ],
  'student/b2': [-0.07550972, -0.093785159, 0.10509811],
};

const expectClose = (got: readonly number[], wanted: readonly number[], name: string): void =>
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `${name}[${i}]`).toBeLessThan(2e-6);
  });

describe('a training of a composed graph', () => {
  it('follows PyTorch: two teachers, inner values, a gate that is straight-through, rates, decays and a clamp', async () => {
    const trainer = await LossTrainer.of(aligned(), OPTIONS);
    const losses: number[] = [];
    for (const [i, [lr, alpha]] of STEPS.entries()) losses.push((await trainer.step(feedsAt(i, alpha), lr)).loss);
    expectClose(losses, LOSSES, 'loss');
    for (const [name, wanted] of Object.entries(LEARNED)) expectClose(toNumbers(trainer.value(name)), wanted, name);
    // both bounds were met
    const gate = toNumbers(trainer.value(GATE));
    expect([Math.min(...gate), Math.max(...gate)]).toEqual([Math.fround(0.2), Math.fround(0.52)]);
    await trainer.release();
  });

  it('reads inner values of the network that it names, and of no other', async () => {
    const first = async (graph: LossGraph) => {
      const trainer = await LossTrainer.of(graph, OPTIONS);
      const { metrics } = await trainer.step(feedsAt(0, 0.5), 0.01);
      await trainer.release();
      return metrics;
    };
    const right = await first(aligned());
    expect(right['features']).toBeGreaterThan(0.1);
    // the hidden layer is asked before the gate
    expect(await first(aligned(student(), far()))).toEqual({ ...right, features: 0 });
    const { outputs, features } = await first(aligned(near(), near()));
    expect(features).toBe(right['features']);
    expect(outputs).not.toBeCloseTo(right['outputs']!, 4);
  });

  it('gives a network back under its word, and leaves what was not trained', async () => {
    const trainer = await LossTrainer.of(aligned(), { ...OPTIONS, ema: 0.5 });
    await trainer.step(feedsAt(0, 0.5), 0.01);
    const average = trainer.fill(student(), 'student');
    const last = trainer.fill(student(), 'student', { average: false });
    expect(dataOf(last.initializers.get('w1')!)).toEqual(trainer.value('student/w1').data);
    expect(dataOf(average.initializers.get('w1')!)).toEqual(trainer.value('student/w1', { average: true }).data);
    expect(average.initializers.get('w1')).not.toEqual(last.initializers.get('w1'));
    expect(last.initializers.get('open')).toEqual(student().initializers.get('open'));
    await trainer.release();
  });

  it('goes on from a value that was set, and leaves the graph that it came from alone', async () => {
    const graph = aligned();
    const before = structuredClone(dataOf(graph.graph.initializers.get('student/w1')!));
    const [changed, plain] = [await LossTrainer.of(graph, OPTIONS), await LossTrainer.of(aligned(), OPTIONS)];
    const value = sines([6, 5], 77);
    for (let step = 0; step < 2; step += 1) {
      changed.setValue('student/w1', value);
      expect(changed.value('student/w1')).toEqual(value);
      const losses = [await changed.step(feedsAt(step, 0.5), 0.01), await plain.step(feedsAt(step, 0.5), 0.01)];
      expect(losses[0]!.loss).not.toBe(losses[1]!.loss);
    }
    expect(dataOf(graph.graph.initializers.get('student/w1')!)).toEqual(before);
    expect(value).toEqual(sines([6, 5], 77));
    expect(() => changed.setValue('student/w1', sines([5, 6], 1))).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_AUTODIFF_BAD_REQUEST',
        message: expect.stringMatching(/\[6,5\].*\[5,6\]/),
      }),
    );
    expect(() => changed.value('student/w1', { average: true })).toThrow('average:student/w1');
    await Promise.all([changed.release(), plain.release()]);
  });

  it('refuses to train what the graph does not have, and what is declared twice', async () => {
    const of = (...names: readonly string[]) =>
      LossTrainer.of(aligned(), { ...OPTIONS, parameters: names.map((name) => ({ name })) });
    await expect(of('student/w3')).rejects.toThrow(
      expect.objectContaining({
        code: 'TOPIARY_AUTODIFF_BAD_REQUEST',
        message: expect.stringMatching(/parameter 'student\/w3'.*no such initialiser/),
      }),
    );
    await expect(of(GATE, GATE)).rejects.toThrow('declared once');
    await expect(of()).rejects.toThrow('a parameter that learns');
  });

  it('of one network with its norms on the batch is the training of that network, bit for bit', async () => {
    const options = { ...WHERE, optimizer: sgd(), weightDecay: 5e-4, ema: 0.9 };
    const whole = await Trainer.create(smallResnet(), { ...options, loss: crossEntropy(), batch: 20 });
    const composed = lossGraph('composed', ({ b, network }) => {
      const inputs = [b.input('input', 'float32', [20, 3, 9, 9])];
      return crossEntropy().build({ b, inputs, ...network(smallResnet(), { inputs, as: '', statistics: 'batch' }) });
    });
    const parameters = whole.training.carried
      .filter(({ kind }) => kind === 'parameter')
      .map(({ input }) => ({ name: input }));
    const part = await LossTrainer.of(composed, { ...options, parameters });
    for (let i = 0; i < 4; i += 1) {
      const results = [await whole.step(smallBatch(20, i), 0.05), await part.step(smallBatch(20, i), 0.05)];
      expect(results[1]).toEqual(results[0]);
    }
    expect(part.fill(smallResnet(), '').initializers).toEqual(whole.export().initializers);
    await Promise.all([whole.release(), part.release()]);
  });

  it('of a transformer is the training of it, too, whose norms give their statistics away', async () => {
    const options = { ...WHERE, optimizer: adamw(), weightDecay: 0.05 };
    const net = smallTransformer();
    const whole = await Trainer.create(net, { ...options, loss: crossEntropy(), batch: 20 });
    const composed = lossGraph('composed', ({ b, network }) => {
      const inputs = [b.input('input', 'float32', [20, 3, 9, 9])];
      return crossEntropy().build({ b, inputs, ...network(net, { inputs, as: 'student' }) });
    });
    const part = await LossTrainer.of(composed, { ...options, parameters: parametersAs('student', net) });
    for (let i = 0; i < 3; i += 1) {
      const results = [await whole.step(smallBatch(20, i), 0.01), await part.step(smallBatch(20, i), 0.01)];
      expect(results[1]).toEqual(results[0]);
    }
    expect(part.fill(net, 'student').initializers).toEqual(whole.export().initializers);
    await Promise.all([whole.release(), part.release()]);
  });

  it('of any graph goes down the slope of its first output, with norms as in inference', async () => {
    const b = createBuilder();
    const vectors = [1, 0, 2, 1].map((value, i) =>
      b.initializer({
        name: ['scale', 'shift', 'mean', 'variance'][i]!,
        type: 'float32',
        dims: [1],
        source: { kind: 'data', data: Float32Array.of(value) },
      }),
    );
    const y = b.op('BatchNormalization', [b.input('x', 'float32', [2, 1, 1]), ...vectors], { epsilon: float(0) });
    b.output(b.op('ReduceSum', [y], { keepdims: int(0) }), 'loss');
    const trainer = await LossTrainer.of(b.build('sum'), {
      ...WHERE,
      optimizer: sgd({ momentum: 0 }),
      weightDecay: 0.2,
      parameters: [
        { name: 'scale', decay: 0.5 },
        { name: 'shift', rate: 0.5, decay: 0 },
      ],
    });
    // dL/dscale = (5 - 2) + (3 - 2) = 4 and half of the decay times 1; dL/dshift = 2 at half the rate
    expect((await trainer.step({ x: floats([5, 3], [2, 1, 1]) }, 0.1)).loss).toBe(4);
    expect(toNumbers(trainer.value('scale'))[0]).toBeCloseTo(1 - 0.1 * (4 + 0.1), 6);
    expect(toNumbers(trainer.value('shift'))[0]).toBeCloseTo(-0.05 * 2, 6);
    await trainer.release();
  });
});
