/**
 * Gradients of layers as PyTorch's exporter decomposes them, through canonical form, against PyTorch 2.13 in float64.
 * The network there: Conv2d(3, 8, 3), GroupNorm(2, 8), SiLU, Conv2d(8, 6, 3, stride 2), LayerNorm2d as in Segment
 * Anything, ConvTranspose2d(6, 4, 2, stride 2), PReLU(4), bilinear interpolation by two, Conv2d(4, 2, 1), Softplus.
 * Parameter k is shift + 0.3 sin(1.7 i + k), the input sin(1.7 i + 0.5), and the loss Σ y · sin(1.7 i + 0.25).
 */
import { gradient } from '@topiary/autodiff';
import { canonicalize } from '@topiary/canonical';
import { lower } from '@topiary/lowering';
import {
  elements,
  float,
  floats,
  GraphBuilder,
  int,
  int64s,
  ints,
  scalar,
  string,
  type Tensor,
  tensorOf,
  toNumbers,
} from '@topiary/onnx';
import { infer, trainableNames } from '@topiary/ops';
import { expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { n, opsOf, sketch, x } from '../canonical/graphs.js';

const wave = (dims: readonly number[], phase: number, scale = 0.3, shift = 0): Tensor =>
  floats(
    Float32Array.from({ length: elements(dims) }, (_, i) => shift + scale * Math.sin(1.7 * i + phase)),
    dims,
  );

/** Shape in the file, shift, and what PyTorch says of the gradient: its norm and its second element. */
const PARAMETERS = {
  'c.weight': { dims: [8, 3, 3, 3], shift: 0, slope: [1.3902735, 0.1751172] },
  'c.bias': { dims: [8], shift: 0, slope: [0.43567501, 0.10606424] },
  'n.weight': { dims: [8, 1, 1], shift: 1, slope: [0.32976254, 0.1348926] },
  'n.bias': { dims: [8, 1, 1], shift: 0, slope: [0.18450557, 0.070303046] },
  'd.weight': { dims: [6, 8, 3, 3], shift: 0, slope: [1.6393036, 0.012773487] },
  'l.weight': { dims: [6, 1, 1], shift: 1, slope: [0.13995821, 0.068260419] },
  'l.bias': { dims: [6, 1, 1], shift: 0, slope: [0.075925358, -0.02851205] },
  'u.weight': { dims: [6, 4, 2, 2], shift: 0, slope: [0.45639313, 0.012288055] },
  'u.bias': { dims: [4], shift: 0, slope: [0.15384813, 0.086288408] },
  'p.weight': { dims: [4, 1, 1], shift: 0.25, slope: [0.061365114, -0.042759559] },
  'h.weight': { dims: [2, 4, 1, 1], shift: 0, slope: [0.2854317, -0.050454486] },
  'h.bias': { dims: [2], shift: 0, slope: [0.077136219, 0.0075795628] },
} as const;

const exported = () =>
  sketch({
    opset: 17,
    inputs: x('N', 3, 8, 8),
    constants: {
      ...Object.fromEntries(
        Object.entries(PARAMETERS).map(([name, { dims, shift }], k) => [name, wave(dims, k, 0.3, shift)]),
      ),
      groups: int64s([0, 2, -1]),
      whole: int64s([-1, 8, 8, 8]),
      ones: floats([1, 1]),
      zeros: floats([0, 0]),
      two: scalar(2),
      eps: scalar(1e-6),
      scales: floats([1, 1, 2, 2]),
    },
    nodes: [
      n('Conv', 'x c.weight c.bias', 'c', { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }),
      n('Reshape', 'c groups', 'g'),
      n('InstanceNormalization', 'g ones zeros', 'i', { epsilon: float(1e-5) }),
      n('Reshape', 'i whole', 'r'),
      n('Mul', 'r n.weight', 's'),
      n('Add', 's n.bias', 'gn'),
      n('Sigmoid', 'gn', 'gate'),
      n('Mul', 'gn gate', 'a'),
      n('Conv', 'a d.weight', 'd', {
        kernel_shape: ints([3, 3]),
        pads: ints([1, 1, 1, 1]),
        strides: ints([2, 2]),
      }),
      n('ReduceMean', 'd', 'm', { axes: ints([1]) }),
      n('Sub', 'd m', 'off'),
      n('Pow', 'off two', 'square'),
      n('ReduceMean', 'square', 'v', { axes: ints([1]) }),
      n('Add', 'v eps', 'e'),
      n('Sqrt', 'e', 'deviation'),
      n('Div', 'off deviation', 'q'),
      n('Mul', 'l.weight q', 'scaled'),
      n('Add', 'scaled l.bias', 'ln'),
      n('ConvTranspose', 'ln u.weight u.bias', 'u', { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }),
      n('PRelu', 'u p.weight', 'p'),
      n('Resize', 'p _ scales', 'wide', {
        mode: string('linear'),
        coordinate_transformation_mode: string('half_pixel'),
      }),
      n('Conv', 'wide h.weight h.bias', 'h', { kernel_shape: ints([1, 1]) }),
      n('Softplus', 'h', 'y'),
    ],
  });

it('GroupNorm, SiLU, LayerNorm2d, ConvTranspose, PReLU, bilinear Resize and Softplus have the gradients of PyTorch', async () => {
  const graph = canonicalize(exported());
  expect(opsOf(graph)).toBe(
    'Conv GroupNormalization Silu Conv Transpose LayerNormalization Transpose ConvTranspose PRelu Resize Conv Softplus',
  );
  const names = Object.keys(PARAMETERS);
  expect([...trainableNames(graph)]).toEqual(names);
  const b = new GraphBuilder(infer);
  b.input('x', 'float32', [2, 3, 8, 8]);
  const feeds: Record<string, Tensor> = { x: wave([2, 3, 8, 8], 0.5, 1) };
  for (const initializer of graph.initializers.values()) {
    const { name, type, dims } = initializer;
    if (names.includes(name)) {
      b.input(name, type, dims);
      feeds[name] = tensorOf(initializer)!;
    } else b.initializer(initializer);
  }
  for (const node of graph.nodes) b.append(node);
  const c = b.constant(wave(b.shape('y').map(Number), 0.25, 1));
  const loss = b.op('ReduceSum', [b.op('Mul', ['y', c])], { keepdims: int(0) });
  gradient(b, loss, names).forEach((slope, i) => {
    b.output(slope!, `slope of ${names[i]}`);
  });
  b.output(loss, 'loss');
  const results = await runOnnx(lower(b.build('step')), feeds);
  expect(toNumbers(results['loss']!)[0]).toBeCloseTo(-0.1056754980009823, 4);
  for (const [name, { slope }] of Object.entries(PARAMETERS)) {
    const found = toNumbers(results[`slope of ${name}`]!);
    const [norm, second] = slope;
    expect(Math.hypot(...found) / norm, name).toBeCloseTo(1, 4);
    expect(Math.abs(found[1]! - second) / norm, name).toBeLessThan(1e-4);
  }
});
