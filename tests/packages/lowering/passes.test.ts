/** The passes of lowering: what they share, fuse and drop, and that names and results stay. */
import { crossEntropy, sgd, trainingGraph } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { type GraphBuilder, int, ints, toNumbers, validate } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { smallResnet } from '../autodiff/_nets.js';
import { distance, evaluate, random } from './_support.js';

const TRAINING = { loss: crossEntropy(), optimizer: sgd(), batch: 4 } as const;

describe('lower', () => {
  it('leaves no abstract operator and keeps the interface', () => {
    const { graph } = trainingGraph(smallResnet(), TRAINING);
    const lowered = lower(graph);
    validate(lowered);
    expect(lowered.nodes.some(({ domain }) => domain === 'topiary')).toBe(false);
    expect(lowered.inputs).toEqual(graph.inputs);
    expect(lowered.outputs).toEqual(graph.outputs);
  });

  it('keeps to the standard where it is told to', () => {
    const { graph } = trainingGraph(smallResnet(), TRAINING);
    const domains = new Set(lower(graph, { standardOnly: true }).nodes.map(({ domain }) => domain));
    expect([...domains]).toEqual(['']);
    expect(new Set(lower(graph).nodes.map(({ domain }) => domain))).toContain('com.microsoft');
  });

  it('gives the same graph every time', () => {
    const build = () => lower(trainingGraph(smallResnet(), TRAINING).graph);
    expect(build()).toEqual(build());
  });

  it('names what it makes after the node that it replaces', () => {
    const lowered = lower(trainingGraph(smallResnet(), TRAINING).graph);
    const conv = lowered.nodes.filter(({ name }) => name.includes('ConvInputGrad'));
    expect(conv.length).toBeGreaterThan(0);
    for (const { name } of conv) expect(name).toMatch(/^backward\/Conv(_\d+)?\/ConvInputGrad\//);
  });

  it('says which abstract operator has no lowering', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', [2]);
    b.output(b.op('ReluGrad', [x, x], {}, { domain: 'topiary' }));
    const graph = b.build('odd');
    const nodes = graph.nodes.map((node) => ({ ...node, name: 'strange' }));
    expect(() => lower({ ...graph, nodes: nodes.map((node) => ({ ...node, op: 'ReluGradient' })) })).toThrow(/strange/);
  });
});

describe('passes', () => {
  it('compute equal things once, but keep every output', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', [3, 3]);
    const [first, second] = [b.op('Exp', [x]), b.op('Exp', [x])];
    b.output(b.op('Add', [first, b.op('Identity', [second])]), 'sum');
    b.output(x, 'same');
    b.op('Tanh', [x]);
    const lowered = lower(b.build('shared'));
    expect(lowered.nodes.map(({ op, outputs }) => `${op} ${outputs}`)).toEqual(['Exp Exp', 'Add sum', 'Identity same']);
    expect(lowered.outputs.map(({ name }) => name)).toEqual(['sum', 'same']);
  });

  it('turn a transposed operand into a fused product with the same result', async () => {
    const feeds = { x: random(1, [2, 5, 3]), y: random(2, [2, 5, 4]) };
    const product = (transposed: boolean) =>
      evaluate(feeds, (b) => ({ z: b.op('MatMul', [b.op('Transpose', ['x'], { perm: ints([0, 2, 1]) }), 'y']) }), {
        standardOnly: !transposed,
      });
    const [fused, plain] = [await product(true), await product(false)];
    expect(fused['z']!.dims).toEqual([2, 3, 4]);
    toNumbers(fused['z']!).forEach((value, i) => {
      expect(value).toBeCloseTo(Number(plain['z']!.data[i]), 5);
    });
    const b = createBuilder();
    const [x, y] = [b.input('x', 'float32', [5, 3]), b.input('y', 'float32', [5, 4])];
    b.output(b.op('MatMul', [b.op('Transpose', [x], { perm: ints([1, 0]) }), y]), 'z');
    const [node, ...others] = lower(b.build('fused')).nodes;
    expect([node?.op, node?.attributes['transA'], others]).toEqual(['FusedMatMul', int(1), []]);
  });

  it('give a scalar the rank of weights that end in ones, with the same result', async () => {
    const feeds = { w: random(1, [6, 5, 1, 1]), factor: random(2, []) };
    const build = (b: GraphBuilder) => ({ scaled: b.op('Mul', ['factor', b.op('Sub', ['w', b.scalar(3)])]) });
    const b = createBuilder();
    for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
    for (const [name, value] of Object.entries(build(b))) b.output(value, name);
    const shapes = lower(b.build('scalars')).nodes.map(({ op }) => op);
    expect(shapes.filter((op) => op === 'Reshape').length).toBe(2);
    const { scaled } = await evaluate(feeds, build);
    expect(scaled!.dims).toEqual([6, 5, 1, 1]);
    const [factor] = toNumbers(feeds.factor);
    toNumbers(feeds.w).forEach((w, i) => {
      expect(Number(scaled!.data[i])).toBeCloseTo(factor! * (w - 3), 5);
    });
  });

  it.each([
    [40, 6, 9],
    [40, 9, 6],
    [7, 9, 6],
  ])('turn the narrower operand of a weight gradient round: %i rows, %i and %i columns', async (rows, p, q) => {
    const feeds = { x: random(1, [rows, p]), dY: random(2, [rows, q]) };
    // An addition follows, as weight decay does: onnxruntime would like to make one Gemm of both.
    const build = (b: GraphBuilder) => ({
      dW: b.op('Add', [b.op('Gemm', ['x', 'dY'], { transA: int(1) }), b.scalar(1)]),
    });
    const [ours, kernel] = [await evaluate(feeds, build), await evaluate(feeds, build, { standardOnly: true })];
    expect(ours['dW']!.dims).toEqual([p, q]);
    expect(distance(ours['dW']!.data, kernel['dW']!.data)).toBeLessThan(1e-6);
    const b = createBuilder();
    for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
    b.output(build(b).dW, 'dW');
    const operators = new Set(lower(b.build('product')).nodes.map(({ op }) => op));
    expect(operators.has('Gemm')).toBe(rows < p);
  });
});
