/** Gradients of whole small networks against differences of their loss, and what the walker promises. */
import { crossEntropy, gradient, gradientGraph } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { floats, type GraphBuilder, tensorOf, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { compile, type Feeds, initialValues } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { evaluate, random } from '../lowering/_support.js';
import { smallBatch, smallResnet, smallTransformer, smallTwice } from './_nets.js';

/** Smooth, so that differences of any step are fair. */
const smooth = (b: GraphBuilder, x: string): string => b.op('Mul', [x, b.op('Sigmoid', [x])]);

const moved = (parameters: Feeds, name: string, direction: Float32Array, by: number): Feeds => {
  const { data, dims } = parameters[name]!;
  return {
    ...parameters,
    [name]: floats(
      Float32Array.from(data as Float32Array, (w, i) => w + by * direction[i]!),
      dims,
    ),
  };
};

const nets = [
  ['a residual network, statistics of the batch', () => smallResnet(smooth), 'batch', 11],
  ['a residual network, running statistics', () => smallResnet(smooth), 'running', 11],
  ['a transformer', smallTransformer, 'batch', 22],
  ['layers that are called twice', () => smallTwice(smooth), 'running', 7],
] as const;

describe('the gradient of a small network', () => {
  it.each(nets)('equals differences of the loss: %s', async (_name, make, statistics, wanted) => {
    const net = make();
    const built = gradientGraph(net, { loss: crossEntropy(), batch: 6, statistics });
    const session = await compile(built.graph, { provider: 'cpu', threads: 1 });
    const parameters = initialValues(net, built.parameters);
    const batch = smallBatch(6, 1);
    const run = (values: Feeds) => session.run({ ...values, ...batch });
    const at = await run(parameters);
    const lossAt = async (name: string, direction: Float32Array, by: number) =>
      Number((await run(moved(parameters, name, direction, by)))[built.loss]!.data[0]);
    expect(built.gradients.size).toBe(wanted);
    for (const [name, output] of built.gradients) {
      // Along the gradient's own direction the slope is its norm; Richardson takes the cubic error away.
      const slope = toNumbers(at[output]!);
      const size = Math.sqrt(slope.reduce((sum, g) => sum + g * g, 0));
      const direction = Float32Array.from(slope, (g) => g / size);
      const difference = async (h: number) =>
        ((await lossAt(name, direction, h)) - (await lossAt(name, direction, -h))) / (2 * h);
      const h = 0.1;
      const estimate = (4 * (await difference(h / 2)) - (await difference(h))) / 3;
      // The bias of the keys moves every score of a row alike, so its slope is zero.
      expect(Math.abs(estimate - size) / Math.max(size, 1e-2), name).toBeLessThan(2e-3);
    }
    await session.release();
  });

  it('takes the statistics of LayerNormalization from the forward pass', () => {
    const net = smallTransformer();
    const isNorm = ({ op }: { readonly op: string }) => op === 'LayerNormalization';
    const { graph } = gradientGraph(net, { loss: crossEntropy(), batch: 2 });
    expect(net.nodes.filter(isNorm).length).toBe(3);
    expect(lower(graph).nodes.filter(isNorm).length).toBe(3);
  });

  it('does not ask for more than wrt needs', () => {
    const net = smallResnet();
    const last = gradientGraph(net, { loss: crossEntropy(), batch: 2, wrt: ['linear.weight'] });
    expect(last.graph.nodes.some(({ op }) => op === 'ConvWeightGrad' || op === 'ConvInputGrad')).toBe(false);
    expect([...last.gradients.keys()]).toEqual(['linear.weight']);
  });
});

describe('the walker', () => {
  it('sums over several uses and over broadcast dimensions', async () => {
    const feeds = { x: random(1, [3, 4]), s: random(2, [4]) };
    // y = Σ (x·s)² + x·s  =>  dy/ds_j = Σ_i x_ij (2 x_ij s_j + 1)
    const { dS } = await evaluate(feeds, (b) => {
      const product = b.op('Mul', ['x', 's']);
      const total = b.op('ReduceSum', [b.op('Add', [b.op('Mul', [product, product]), product])], {
        keepdims: { kind: 'int', value: 0 },
      });
      return { dS: gradient(b, total, ['s'])[0]! };
    });
    const [x, s] = [toNumbers(feeds.x), toNumbers(feeds.s)];
    s.forEach((sj, j) => {
      const expected = [0, 1, 2].reduce((sum, i) => sum + x[i * 4 + j]! * (2 * x[i * 4 + j]! * sj + 1), 0);
      expect(Number(dS!.data[j])).toBeCloseTo(expected, 4);
    });
  });

  it('gives null where the loss does not depend on a value', () => {
    const b = createBuilder();
    const [x, y] = [b.input('x', 'float32', []), b.input('y', 'float32', [])];
    expect(gradient(b, b.op('Mul', [x, x]), [y])).toEqual([null]);
  });

  it('asks for a seed where the loss is not a scalar', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', [3]);
    expect(() => gradient(b, b.op('Mul', [x, x]), [x])).toThrow(/expected a scalar, or a seed; got \[3\]/);
  });

  it('says which operator has no gradient, and which have one', () => {
    const b = createBuilder();
    const x = b.input('x', 'float32', [3]);
    const y = b.op('ReluGrad', [x, x], {}, { domain: 'topiary', name: 'odd' });
    expect(() => gradient(b, y, [x], { seed: x })).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_OPS_NO_GRADIENT',
        message: expect.stringMatching(/ReluGrad 'odd'.*one of .*Conv.*Relu/),
      }),
    );
  });

  it('keeps names of the network apart from those that it makes', () => {
    const net = smallResnet();
    const { graph } = gradientGraph(net, { loss: crossEntropy(), batch: 2 });
    const outputs = graph.nodes.flatMap((node) => node.outputs);
    expect(new Set(outputs).size).toBe(outputs.length);
    expect(tensorOf(net.initializers.get('linear.bias')!)?.data.length).toBe(5);
  });
});
