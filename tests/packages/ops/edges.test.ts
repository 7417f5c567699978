/** Slopes where differences say nothing: at kinks, ties, zero norms and far out. The numbers are PyTorch 2.13's. */
import { gradient } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { type Attributes, float, floats, int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';

interface Edge {
  readonly op: string;
  readonly domain?: string;
  readonly of: string;
  readonly x: readonly number[];
  readonly dims: readonly number[];
  readonly attributes?: Attributes;
  readonly slope: readonly number[];
  /** Reduces the second axis. */
  readonly reduces?: boolean;
}

const EDGES: readonly Edge[] = [
  {
    op: 'ReduceMax',
    of: 'ties',
    x: [1, 3, 3, 2, 2, 2],
    dims: [2, 3],
    slope: [0, 1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3],
    reduces: true,
  },
  {
    op: 'ReduceMin',
    of: 'ties',
    x: [1, 3, 1, 2, 2, 2],
    dims: [2, 3],
    slope: [1 / 2, 0, 1 / 2, 1 / 3, 1 / 3, 1 / 3],
    reduces: true,
  },
  { op: 'ReduceL2', of: 'a norm of zero', x: [3, 4, 0, 0], dims: [2, 2], slope: [0.6, 0.8, 0, 0], reduces: true },
  { op: 'LeakyRelu', of: 'zero', x: [-1, 0, 1], dims: [3], attributes: { alpha: float(0.1) }, slope: [0.1, 0.1, 1] },
  { op: 'Elu', of: 'zero', x: [-1, 0, 1], dims: [3], attributes: { alpha: float(2) }, slope: [2 * Math.exp(-1), 2, 1] },
  {
    op: 'Silu',
    domain: 'topiary',
    of: 'far out',
    x: [-100, -20, 0, 20, 100],
    dims: [5],
    slope: [0, -3.9162e-8, 0.5, 1, 1],
  },
  { op: 'Softplus', of: 'far out', x: [-100, 0, 100], dims: [3], slope: [0, 0.5, 1] },
];

it.each(EDGES)('$op: $of', async ({ op, domain = '', x, dims, attributes = {}, slope, reduces = false }) => {
  const b = createBuilder();
  b.input('x', 'float32', dims);
  const inputs = reduces ? ['x', b.int64s([1])] : ['x'];
  const y = b.op(op, inputs, attributes, { domain });
  const [dX] = gradient(b, b.op('ReduceSum', [y], { keepdims: int(0) }), ['x']);
  b.output(dX!, 'dx');
  const results = await runOnnx(lower(b.build('edge')), { x: floats(x, dims) });
  toNumbers(results['dx']!).forEach((value, i) => {
    expect(value).toBeCloseTo(slope[i]!, 6);
  });
});
