/** Sums with a scaled tensor in one pass, against the same steps of the plain lowering, and where they must not be. */
import { lowerStep } from '@topiary/lowering';
import { scalar, type Tensor, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { blockSize, compile, type Feeds } from '@topiary/runtime';
import { expect, it } from 'vitest';
import { random } from './_support.js';

const BLOCK = 16;
const PAIRS = [
  { input: 'w', output: 'next' },
  { input: 'm', output: 'moved' },
] as const;

/** SGD with momentum and decay, as `optimizers/sgd.ts` writes it, of a slope that is made in the graph. */
const update = (shape: readonly number[]) => {
  const b = createBuilder();
  const [w, m, x] = ['w', 'm', 'x'].map((name) => b.input(name, 'float32', shape)) as [string, string, string];
  const [lr, decay] = [b.input('lr', 'float32', []), b.input('decay', 'float32', [])];
  const slope = b.op('Add', [b.op('Tanh', [x]), b.op('Mul', [w, decay])]);
  const moved = b.op('Add', [b.op('Mul', [m, b.scalar(0.9)]), slope]);
  b.output(moved, 'moved');
  b.output(b.op('Sub', [w, b.op('Mul', [moved, lr])]), 'next');
  return b.build('update');
};

const blockedNodes = (graph: ReturnType<typeof update>, pairs: typeof PAIRS | readonly [] = PAIRS) =>
  lowerStep(graph, pairs, { block: BLOCK }).graph.nodes.filter(({ domain }) => domain === 'com.microsoft.nchwc');

/** Three steps in place; what is carried after them. */
const trained = async (shape: readonly number[], variant: 'plain' | 'blocked') => {
  const options = { provider: 'cpu', threads: 2, variant } as const;
  const session = await compile(update(shape), options, PAIRS);
  expect(session.inPlace(PAIRS)).toHaveLength(PAIRS.length);
  const [w, m] = [random(1, shape), random(2, shape)];
  const feeds: Feeds = { w, m, x: random(3, shape), lr: scalar(0.1), decay: scalar(0.03) };
  const handedBack = await session.run(feeds);
  for (const { input, output } of PAIRS) expect(handedBack[output]!.dims).toEqual(feeds[input]!.dims);
  for (let i = 0; i < 3; i += 1) await session.runInto({ next: w, moved: m }, feeds);
  await session.release();
  return { w, m, first: handedBack['next']! };
};

const furthest = (a: Tensor, c: Tensor): number => {
  const other = toNumbers(c);
  return toNumbers(a).reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
};

// without blocks the plain step is all there is
it.skipIf((await blockSize()) === 0).each([[[64, 64, 4, 4]], [[512, 129]], [[1000, 80, 1, 1]]])(
  'are those of the plain step: %j',
  async (shape) => {
    const [plain, blocked] = [await trained(shape, 'plain'), await trained(shape, 'blocked')];
    expect(furthest(blocked.first, plain.first)).toBeLessThan(1e-6);
    expect(furthest(blocked.w, plain.w)).toBeLessThan(2e-6);
    expect(furthest(blocked.m, plain.m)).toBeLessThan(2e-6);
  },
);

it('are the decay and the step of SGD; what the momentum adds to lies elsewhere', () => {
  expect(blockedNodes(update([64, 64, 4, 4]))).toHaveLength(2);
});

it('are none where the sum would write over what somebody keeps', () => {
  // without a next step w is the caller's: only the slope, made here, may be added to
  expect(blockedNodes(update([64, 64, 4, 4]), [])).toHaveLength(1);
});

it('are none where tensors are small or fill no blocks', () => {
  expect(blockedNodes(update([64, 16, 4, 4]))).toEqual([]);
  expect(blockedNodes(update([257, 257]))).toEqual([]);
});

it('are none where each channel has a factor of its own', () => {
  const b = createBuilder();
  const [w, x] = [b.input('w', 'float32', [512, 256]), b.input('x', 'float32', [512, 256])];
  b.output(b.op('Add', [b.op('Tanh', [w]), b.op('Mul', [x, b.input('s', 'float32', [512, 1])])]), 'y');
  expect(blockedNodes(b.build('channels'), [])).toEqual([]);
});

it('are none of whole numbers', () => {
  const b = createBuilder();
  const [w, x] = [b.input('w', 'int64', [512, 256]), b.input('x', 'int64', [512, 256])];
  b.output(b.op('Add', [b.op('Neg', [w]), b.op('Mul', [x, b.input('s', 'int64', [1])])]), 'y');
  expect(blockedNodes(b.build('whole'), [])).toEqual([]);
});
