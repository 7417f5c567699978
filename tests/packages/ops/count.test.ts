/** Counts against PyTorch's own: parameters by `sum(p.numel())`, products by hooks on torchvision 0.14 modules. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, elements, floats, type Graph, int, ints, withData } from '@topiary/onnx';
import { count, createBuilder, peakActivationBytes, trainableNames } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { sample, withoutSamples } from '../../helpers/samples.js';

/** Conv 3 → 8 with bias, norm, Relu, pooling, a linear layer 8 → 10: input [N, 3, 4, 4]. */
const small = (): Graph => {
  const b = createBuilder();
  const parameter = (name: string, dims: readonly number[]) => b.parameter(name, dims, { rule: 'zeros' });
  const x = b.input('x', 'float32', ['N', 3, 4, 4]);
  const inputs = [x, parameter('conv.weight', [8, 3, 3, 3]), parameter('conv.bias', [8])];
  const conv = b.op('Conv', inputs, { pads: ints([1, 1, 1, 1]) });
  const vectors = ['scale', 'bias', 'mean', 'variance'].map((name) => parameter(`bn.${name}`, [8]));
  const relu = b.op('Relu', [b.op('BatchNormalization', [conv, ...vectors])]);
  const pooled = b.op('Reshape', [b.op('GlobalAveragePool', [relu]), b.int64s([-1, 8])]);
  const linear = [pooled, parameter('fc.weight', [10, 8]), parameter('fc.bias', [10])];
  b.output(b.op('Gemm', linear, { transB: int(1) }), 'y');
  return b.build('small');
};

describe('a small network counted by hand', () => {
  it('has its parameters, without running statistics and shapes', () => {
    // 8·27 + 8, 8 + 8, 10·8 + 10
    expect(count(small()).params).toBe(224 + 16 + 90);
  });

  it('has its multiply-accumulates by both counters', () => {
    const { pure, published } = count(small());
    expect(pure).toBe(128 * 27 + 80);
    // bias of the convolution, norm twice, Relu, pooling, bias of the linear layer
    expect(published).toBe(128 * 27 + 80 + 128 + 256 + 128 + 128 + 10);
  });

  it('passes over what no hook of the published counter sees', () => {
    const published = ({ op }: { op: string }) => (op === 'BatchNormalization' ? 'none' : 'rule');
    expect(count(small(), { published }).published).toBe(128 * 27 + 80 + 128 + 128 + 128 + 10);
  });

  it('counts outputs where the published counter does, and the pure one as ever', () => {
    const published = ({ op }: { op: string }) => (op === 'Conv' ? 'per-output' : 'rule');
    const counted = count(small(), { published });
    expect([counted.pure, counted.published]).toEqual([128 * 27 + 80, 128 + 80 + 256 + 128 + 128 + 10]);
  });

  it('needs two feature maps of 8·16 floats at once', () => {
    expect(peakActivationBytes(small())).toBe(2 * 8 * 16 * 4);
    expect(peakActivationBytes(small(), 3)).toBe(3 * 2 * 8 * 16 * 4);
  });

  it('keeps the memory of a shortcut until it is read', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 100]);
    const y = b.op('Relu', [b.op('Relu', [b.op('Relu', [x])])]);
    b.output(b.op('Add', [x, y]));
    // x lives to the end: with it two more, and at the Add y and the sum
    expect(peakActivationBytes(b.build('shortcut'))).toBe(3 * 400);
  });

  it('does not take a folded attention mask for a parameter', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 2, 2]);
    b.initializer(withData('mask', floats([0, -100, 0, 0], [2, 2])));
    b.initializer(withData('position', floats([0, -1, 0, 0], [2, 2])));
    b.initializer(withData('token', floats([0, 0, 0, 0], [2, 2])));
    const y = ['mask', 'position', 'token'].reduce((sum, name) => b.op('Add', [sum, name]), x);
    b.output(b.op('Softmax', [y]));
    expect([...trainableNames(b.build('mask'))]).toEqual(['position', 'token']);
  });

  it('takes a constant that a layer multiplies for data, and a network that ends in a choice for trained', () => {
    // a table of offsets through a small network, as Swin v2 makes its biases, and the class that scores highest
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 4]);
    const table = (name: string, dims: number[]) =>
      b.initializer(
        withData(
          name,
          floats(
            Float32Array.from({ length: elements(dims) }, (_, i) => i % 7),
            dims,
          ),
        ),
      );
    const hidden = b.op('Gemm', [table('grid', [4, 2]), table('first', [2, 8]), table('first.bias', [8])]);
    const bias = b.op('MatMul', [b.op('Reshape', [hidden, b.int64s([1, 4, 8])]), table('second', [8, 4])]);
    const scores = b.op('Add', [
      b.op('MatMul', [x, table('weight', [4, 4])]),
      b.op('ReduceMean', [bias, b.int64s([0, 1])], { keepdims: int(0) }),
    ]);
    b.output(b.op('ArgMax', [scores], { axis: int(1) }));
    expect([...trainableNames(b.build('choice'))]).toEqual(['first', 'first.bias', 'second', 'weight']);
  });

  it('does not take for parameters what no gradient meets, nor tables that only place what the last layer said', () => {
    // boxes as a detector decodes them: (anchor - left, anchor + right) · stride, and a grid that is only compared with
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 3, 4]);
    const table = (name: string, dims: number[]) =>
      b.initializer(
        withData(
          name,
          floats(
            Float32Array.from({ length: elements(dims) }, (_, i) => i + 0.5),
            dims,
          ),
        ),
      );
    const position = b.op('Add', [x, table('position', [1, 3, 4])]);
    const boxes = b.op('MatMul', [position, table('head', [4, 4])]);
    const inside = b.op('Cast', [b.op('Greater', [boxes, table('grid', [3, 4])])], { to: int(1) });
    const [left, right] = b.ops('Split', [boxes, b.int64s([2, 2])], { axis: int(2) }, { outputs: 2 });
    const anchors = table('anchors', [3, 2]);
    const corners = [b.op('Sub', [anchors, left!]), b.op('Add', [anchors, right!])];
    const placed = b.op('Mul', [b.op('Concat', corners, { axis: int(2) }), table('strides', [3, 1])]);
    b.output(b.op('Mul', [placed, inside]));
    const graph = b.build('boxes');
    expect([...trainableNames(graph)]).toEqual(['position', 'head']);
    expect(count(graph).params).toBe(12 + 16);
    expect(count(graph).storedBytes).toBe(4 * (12 + 16 + 12 + 6 + 3) + 8 * 2);
  });
});

/**
 * torchvision 0.14 with 10 classes; swin_nano: patch 4, width 24, depths 2-2, heads 2-4, window 4; vit_tiny: patch 4,
 * width 96, 4 layers, 3 heads; convnext_nano: widths 24-48-96, depths 2-2-2. `pure`: hooks on Conv2d and Linear.
 * `published`: those and the other module classes of spec pruningbench 2.8. What hooks cannot see is added by hand.
 */
const EXPORTS = {
  resnet18: { params: 11_181_642, pure: 148_050_944, published: 148_712_458 },
  // the pooling before the classifier is a function call to PyTorch: 1280 · 2 · 2
  mobilenet_v2: { params: 2_236_682, pure: 24_461_312, published: 26_050_058 + 5_120 },
  efficientnet_b0: { params: 4_020_358, pure: 31_979_392, published: 33_282_182 },
  // so are the last Relu and pooling: 2 · 1024 · 2 · 2
  densenet121: { params: 6_964_106, pure: 231_286_784, published: 235_242_506 + 8_192 },
  // LayerNorm2d is not exactly LayerNorm: 2 · (24·256 + 24·256 + 48·64 + 96)
  convnext_nano: { params: 238_738, pure: 9_017_280, published: 9_181_786 + 30_912 },
  // attention runs without modules, 4 layers: in 65·96·288, out 65·96·96, products 2·65²·96
  vit_tiny: { params: 459_562, pure: 19_465_152 + 4 * (1_797_120 + 599_040 + 811_200), published: null },
  // blocks of 256 tokens and width 24, then 64 and 48: qkv, out, products in windows of 16;
  // the exporter unfolds tables of 7² offsets to 16² pairs for each of 12 heads
  swin_nano: {
    params: 78_190 + 12 * (256 - 49),
    pure: 5_308_896 + 2 * (442_368 + 147_456 + 196_608) + 2 * (442_368 + 147_456 + 98_304),
    published: null,
  },
} as const;

describe.skipIf(withoutSamples())('networks as PyTorch exports them', () => {
  it.each(Object.entries(EXPORTS))('%s equals the count of its PyTorch modules', (name, expected) => {
    const graph = canonicalize(decode(readFileSync(sample('exports', `${name}.onnx`))));
    const { params, pure, published } = count(graph);
    expect({ params, pure }).toEqual({ params: expected.params, pure: expected.pure });
    if (expected.published !== null) expect(published).toBe(expected.published);
  });

  it('takes neither the ones of a norm without scale nor the speed of sines for parameters', () => {
    const b = createBuilder();
    const ones = (name: string) => b.initializer(withData(name, floats(new Float32Array(8).fill(1))));
    const normed = (x: string, ...own: string[]) => b.op('LayerNormalization', [x, ...own], { axis: int(-1) });
    const t = b.op('Mul', [b.input('t', 'float32', ['N', 1]), b.parameter('frequencies', [1, 8], { rule: 'ones' })]);
    const waves = b.op('Add', [b.op('Sin', [t]), b.op('Cos', [t])]);
    const plain = normed(waves, ones('no-scale'));
    // with a shift beside them, ones are a scale that has not moved yet
    const own = normed(plain, ones('scale'), b.parameter('shift', [8], { rule: 'zeros' }));
    b.output(b.op('MatMul', [own, b.parameter('head', [8, 2], { rule: 'ones' })]));
    expect([...trainableNames(b.build('waves'))]).toEqual(['scale', 'shift', 'head']);
  });
});
