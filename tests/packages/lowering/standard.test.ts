/** A forward graph with abstract operators as a file that others read, and as what runs here. */
import { gradient } from '@topiary/autodiff';
import { lower, standard } from '@topiary/lowering';
import { type Graph, type GraphBuilder, int } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { random } from './_support.js';

const ABSTRACT = { domain: 'topiary' } as const;
const dims = [2, 6, 3, 4];

const built = (body: (b: GraphBuilder, x: string) => string): Graph => {
  const b = createBuilder();
  b.output(body(b, b.input('x', 'float32', ['N', 6, 3, 4])), 'y');
  return b.build('small');
};

const network = built((b, x) => {
  const norm = ['scale', 'bias'].map((name, i) =>
    b.initializer({ name, type: 'float32', dims: [6], source: { kind: 'data', data: random(i + 1, [6]).data } }),
  );
  const y = b.op('GroupNormalization', [x, ...norm], { num_groups: int(3) }, { ...ABSTRACT, name: 'norm' });
  return b.op('Silu', [b.op('Relu', [y])], {}, { ...ABSTRACT, name: 'silu' });
});

describe('a file for others', () => {
  const file = standard(network);

  it('has standard operators alone, and the same inputs, outputs and parameters', () => {
    expect(file.nodes.every(({ domain }) => domain === '')).toBe(true);
    expect(Object.keys(file.opsets)).toEqual(['']);
    expect([file.inputs, file.outputs]).toEqual([network.inputs, network.outputs]);
    for (const name of ['scale', 'bias']) expect(file.initializers.get(name)).toEqual(network.initializers.get(name));
  });

  it('computes what runs here', async () => {
    const feeds = { x: random(5, dims) };
    const [others, ours] = [await runOnnx(file, feeds), await runOnnx(lower(network), feeds)];
    expect(relativeDistance(others['y']!, ours['y']!)).toBeLessThan(1e-6);
  });

  it('is the graph itself where nothing is abstract', () => {
    const plain = built((b, x) => b.op('Relu', [x]));
    expect(standard(plain)).toBe(plain);
  });
});

it('SiLU takes one pass forward and five back', () => {
  const b = createBuilder();
  const y = b.op('Silu', [b.input('x', 'float32', dims)], {}, ABSTRACT);
  const c = b.input('c', 'float32', dims);
  const loss = b.op('ReduceSum', [b.op('Mul', [y, c])], { keepdims: int(0) });
  const [dX] = gradient(b, loss, ['x']);
  b.output(dX!, 'dx');
  b.output(y, 'y');
  const ops = lower(b.build('step')).nodes.map(({ op }) => op);
  const wholes = ops.filter((op) => ['QuickGelu', 'Sigmoid', 'Sub', 'Mul', 'Add'].includes(op));
  expect(wholes.filter((op) => op === 'QuickGelu')).toHaveLength(1);
  // besides dL/dy = c · dL
  expect(wholes).toHaveLength(1 + 5 + 1);
});
