/** Operators that say where gradients end or take another way, in graphs that onnxruntime runs. */
import { gradient, stopGradient, straightThrough } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { floats, type GraphBuilder, int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { infer } from '@topiary/runtime';
import { expect, it } from 'vitest';

const X = [0.2, -0.7, 1.5];

type Body = (b: GraphBuilder, x: string) => string;

/** Σ of a body of x, and its gradient. */
const run = async (body: Body) => {
  const b = createBuilder();
  const x = b.input('x', 'float32', [3]);
  const loss = b.op('ReduceSum', [body(b, x)], { keepdims: int(0) });
  b.output(loss, 'loss');
  const [slope] = gradient(b, loss, [x]);
  if (slope) b.output(slope, 'slope');
  const graph = b.build('stops');
  const results = await infer(graph, { x: floats(X, [3]) }, { provider: 'cpu' });
  return { graph, loss: toNumbers(results['loss']!)[0]!, slope: slope ? toNumbers(results['slope']!) : null };
};

const expectClose = (got: readonly number[], wanted: readonly number[]): void =>
  wanted.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 6);
  });

const sum = (values: readonly number[]): number => values.reduce((a, c) => a + c, 0);

it('a stopped value counts, and its gradient does not', async () => {
  // Σ x · stop(x²): the slope is stop(x²) alone
  const { loss, slope } = await run((b, x) => b.op('Mul', [x, stopGradient(b, b.op('Mul', [x, x]))]));
  expect(loss).toBeCloseTo(sum(X.map((v) => v ** 3)), 6);
  expectClose(
    slope!,
    X.map((v) => v ** 2),
  );
});

it('nothing comes through where everything is stopped', async () => {
  expect((await run((b, x) => stopGradient(b, b.op('Exp', [x])))).slope).toBeNull();
});

it('a decision has the gradient of what is behind it', async () => {
  // Σ x · sign(x), with the gradient of tanh(x) in the place of that of the sign: sign(x) + x (1 - tanh(x)²)
  const { loss, slope } = await run((b, x) =>
    b.op('Mul', [x, straightThrough(b, b.op('Sign', [x]), b.op('Tanh', [x]))]),
  );
  expect(loss).toBeCloseTo(sum(X.map(Math.abs)), 6);
  expectClose(
    slope!,
    X.map((v) => Math.sign(v) + v * (1 - Math.tanh(v) ** 2)),
  );
});

it('a path into the decision itself has none, although an operator of it could have one', async () => {
  const { slope } = await run((b, x) => straightThrough(b, b.op('Exp', [x]), b.op('Mul', [x, b.scalar(3)])));
  expectClose(slope!, [3, 3, 3]);
});

it('neither leaves a node behind', async () => {
  const { graph } = await run((b, x) => b.op('Mul', [stopGradient(b, x), straightThrough(b, b.op('Floor', [x]), x)]));
  expect(graph.nodes.filter(({ domain }) => domain === 'topiary').map(({ op }) => op)).toEqual([
    'StopGradient',
    'StraightThrough',
  ]);
  const left = lower(graph).nodes.map(({ op }) => op);
  expect(left.filter((op) => op === 'Identity' || /^St/.test(op))).toEqual([]);
});

it('a decision of another shape than what is behind it is refused', () => {
  const b = createBuilder();
  const [x, y] = [b.input('x', 'float32', [2, 3]), b.input('y', 'float32', [3])];
  expect(() => straightThrough(b, x, y)).toThrow(
    expect.objectContaining({ code: 'TOPIARY_OPS_BAD_NODE', message: expect.stringMatching(/\[2,3\].*\[3\]/) }),
  );
});
