/** AdamW, clipping and the moving average against PyTorch 1.13 in double precision, and recursions in JavaScript doubles. */
import { adamw, crossEntropy, type Loss, parametersOf, sgd } from '@topiary/autodiff';
import { floats, type Graph, int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { LossTrainer, Trainer, type TrainerOptions } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet, smallTransformer } from './_nets.js';

/** y = x Wᵀ + b */
const linear = (): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 2]);
  const given = (name: string, dims: readonly number[], values: readonly number[]) =>
    b.initializer({ name, type: 'float32', dims, source: { kind: 'data', data: Float32Array.from(values) } });
  const [w, bias] = [given('w', [2, 2], [0.5, 1, 2, -1]), given('b', [2], [0.3, -0.2])];
  b.output(b.op('Gemm', [x, w, bias], { transB: int(1) }), 'y');
  return b.build('linear');
};

/** L = Σ y² */
const squares: Loss = {
  id: 'squares',
  build: ({ b, outputs: [y] }) => ({
    loss: b.op('ReduceSum', [b.op('Mul', [y!, y!])], { keepdims: int(0) }),
    metrics: {},
  }),
  perExample: () => null,
  sampled: () => null,
};

const EXAMPLES = [
  [1, -2],
  [0.5, 3],
  [-1.5, 0.25],
  [2, 1],
];

const create = (options: Partial<TrainerOptions>): Promise<Trainer> =>
  Trainer.create(linear(), { loss: squares, optimizer: sgd(), batch: 1, provider: 'cpu', threads: 1, ...options });

const expectClose = (values: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, i) => {
    expect(values[i], `element ${i}`).toBeCloseTo(value, 5);
  });

describe('AdamW', () => {
  it('follows torch.optim.AdamW; the bias does not decay', async () => {
    // AdamW([{params: [w], weight_decay: .05}, {params: [b], weight_decay: 0}]); loss (x Wᵀ + b)² summed
    const golden = [
      [0.1, [0.5975, 0.895, 1.89, -0.895], [0.4, -0.3]],
      [0.05, [0.585028818, 0.848848168, 1.86256874, -0.843330492], [0.37612409, -0.31190955]],
      [0.2, [0.519784462, 0.705465344, 1.700169736, -0.671776514], [0.31280235, -0.263165256]],
      [0.01, [0.513244128, 0.698566573, 1.691103575, -0.666382826], [0.307665973, -0.263747808]],
    ] as const;
    const trainer = await create({ optimizer: adamw(), weightDecay: 0.05 });
    for (const [i, [lr, w, b]] of golden.entries()) {
      await trainer.step({ x: floats(EXAMPLES[i]!, [1, 2]) }, lr);
      expectClose(toNumbers(trainer.value('w')), w);
      expectClose(toNumbers(trainer.value('b')), b);
    }
    await trainer.release();
  });

  it('follows torch.optim.AdamW where gradients are as small as its epsilon', async () => {
    // w = [0.5, -0.25], loss c w₁ + 10 c w₂, AdamW(lr=0.1, weight_decay=0), epsilon 1e-8 by default
    const golden = [
      [3e-8, 0.425000012, -0.346774191],
      [1e-8, 0.364814699, -0.430151105],
      [-2e-8, 0.349283159, -0.451868147],
    ] as const;
    const b = createBuilder();
    const w = {
      name: 'w',
      type: 'float32',
      dims: [2],
      source: { kind: 'data', data: Float32Array.of(0.5, -0.25) },
    } as const;
    b.output(
      b.op('ReduceSum', [b.op('Mul', [b.input('c', 'float32', [2]), b.initializer(w)])], { keepdims: int(0) }),
      'L',
    );
    const trainer = await LossTrainer.of(b.build('flat'), {
      optimizer: adamw(),
      parameters: [{ name: 'w' }],
      provider: 'cpu',
      threads: 1,
    });
    for (const [c, ...expected] of golden) {
      await trainer.step({ c: floats([c, 10 * c]) }, 0.1);
      expectClose(toNumbers(trainer.value('w')), expected);
    }
    await trainer.release();
  });

  it('lets kernels and matrices decay, and nothing else', () => {
    const decaying = (graph: Graph) =>
      parametersOf(graph)
        .filter((parameter) => adamw().decays(parameter))
        .map(({ initializer }) => initializer.name);
    expect(decaying(smallTransformer())).toEqual(
      ['patches', 'q', 'k', 'v', 'out', 'mlp1', 'mlp2', 'head'].map((name) => `${name}.weight`),
    );
    expect(decaying(smallResnet())).toEqual(['conv1.weight', 'conv2.weight', 'conv3.weight', 'linear.weight']);
    expect(parametersOf(smallResnet()).every((parameter) => sgd().decays(parameter))).toBe(true);
  });
});

describe('clipping', () => {
  // clip_grad_norm_([w, b], c) between backward and SGD(lr .1, momentum .9, weight decay .01); norms 9 … 26
  const golden = {
    0.5: [
      [0.505646818, 0.986706364, 1.978535076, -0.960070153, 0.305846818, -0.219264924],
      [0.503526518, 0.93357465, 1.961254155, -0.899076949, 0.297409529, -0.228352],
      [0.498395866, 0.885275675, 1.902621697, -0.836430925, 0.29133113, -0.208889766],
    ],
    100: [
      [0.7395, 0.519, 1.238, 0.521, 0.5397, -0.9598],
      [0.7076655, -1.394289, 0.428742, 1.156059, 0.2616003, -1.8871002],
      [0.333765724, -3.057431301, -0.972378477, 1.838515964, 0.24074301, -2.27154359],
    ],
  } as const;

  it.each([0.5, 100] as const)('to %d is what clip_grad_norm_ does', async (clip) => {
    const trainer = await create({ clip, weightDecay: 0.01 });
    for (const [i, expected] of golden[clip].entries()) {
      await trainer.step({ x: floats(EXAMPLES[i]!, [1, 2]) }, 0.1);
      expectClose([...toNumbers(trainer.value('w')), ...toNumbers(trainer.value('b'))], expected);
    }
    await trainer.release();
  });
});

describe('the moving average', () => {
  it('follows its recursion, quickly at first, and is what is exported', async () => {
    const trainer = await create({ ema: 0.4 });
    const average = { w: [0.5, 1, 2, -1], b: [0.3, -0.2] };
    for (let t = 1; t <= 8; t += 1) {
      await trainer.step({ x: floats(EXAMPLES[t % 4]!, [1, 2]) }, 0.01);
      const decay = Math.min(0.4, (1 + t) / (10 + t)); // 2/11, 3/12, … 7/16, and 0.4 from the fifth step on
      for (const name of ['w', 'b'] as const) {
        const now = toNumbers(trainer.value(name));
        average[name] = average[name].map((a, i) => decay * a + (1 - decay) * now[i]!);
        expectClose(toNumbers(trainer.value(`average:${name}`)), average[name]);
      }
    }
    const exported = trainer.export().initializers.get('w')!.source;
    expect(exported).toEqual({ kind: 'data', data: trainer.value('average:w').data });
    expect(exported).not.toEqual({ kind: 'data', data: trainer.value('w').data });
    await trainer.release();
  });

  it('averages the running statistics, too', async () => {
    const options = { loss: crossEntropy(), optimizer: sgd(), batch: 10, provider: 'cpu', threads: 1 } as const;
    const trainer = await Trainer.create(smallResnet(), { ...options, ema: 0.9 });
    const source = smallResnet().initializers.get('bn1.running_mean')!.source;
    let average = source.kind === 'data' ? Array.from(source.data, Number) : [];
    for (let t = 1; t <= 3; t += 1) {
      await trainer.step(smallBatch(10, t), 0.05);
      const now = toNumbers(trainer.value('bn1.running_mean'));
      average = average.map((a, i) => a + (9 / (10 + t)) * (now[i]! - a));
    }
    expectClose(toNumbers(trainer.value('average:bn1.running_mean')), average);
    await trainer.release();
  });

  it('costs nothing where it is not asked for', async () => {
    const trainer = await create({ ema: 0, clip: 0 });
    expect(trainer.training.step).toBeNull();
    expect(trainer.training.carried.map(({ input }) => input)).toEqual(['w', 'momentum:w', 'b', 'momentum:b']);
    expect(trainer.training.graph.nodes.filter(({ op }) => op === 'Sqrt')).toEqual([]);
    await trainer.release();
  });
});
