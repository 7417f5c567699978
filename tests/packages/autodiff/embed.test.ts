/** Networks put together in one graph: shared, gated, masked, read from inside; onnxruntime runs what comes out. */
import { type Composition, type Loss, type LossGraph, lossGraph, sgd } from '@topiary/autodiff';
import { dataOf, type Graph, int, type Tensor, toNumbers, withData } from '@topiary/onnx';
import { infer, Trainer } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { sines } from '../methods/other-tasks.js';
import { BATCH, near, student } from '../runtime/_students.js';

const X = sines([BATCH, 5], 50);
const WHERE = { provider: 'cpu', threads: 1 } as const;

/** A graph whose metrics are whatever the body returns; its loss is the sum of the first of them. */
const composed = (body: (c: Composition, x: string) => Record<string, string>): LossGraph =>
  lossGraph('composed', (c) => {
    const metrics = body(c, c.b.input('x', 'float32', [BATCH, 5]));
    const [first] = Object.values(metrics);
    return { loss: c.b.op('ReduceSum', [first!], { keepdims: int(0) }), metrics };
  });

const run = async (graph: LossGraph): Promise<Record<string, readonly number[]>> => {
  const results = await infer(graph.graph, { x: X }, WHERE);
  return Object.fromEntries(Object.entries(graph.metrics).map(([name, output]) => [name, toNumbers(results[output]!)]));
};

const outputOf = async (graph: Graph, x: Tensor = X): Promise<readonly number[]> =>
  toNumbers((await infer(graph, { x }, WHERE))['y']!);

const withValue = (graph: Graph, name: string, change: (value: number, i: number) => number): Graph => {
  const old = graph.initializers.get(name)!;
  const data = (dataOf(old) as Float32Array).map(change);
  const initializers = new Map(graph.initializers).set(name, withData(name, { type: 'float32', dims: old.dims, data }));
  return { ...graph, initializers };
};

const expectClose = (got: readonly number[] | undefined, wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expect(got![i]).toBeCloseTo(value, 5);
  });
};

describe('a network in a graph', () => {
  it('is there once under one word, however often it is called', async () => {
    const graph = composed(({ b, network }, x) => {
      const twice = b.op('Mul', [x, b.scalar(2)]);
      const [first, second] = [x, twice].map((input) => network(student(), { inputs: { x: input }, as: 'net' }));
      return { first: first!.outputs[0]!, second: second!.value('y') };
    });
    const names = [...graph.graph.initializers.keys()].filter((name) => name.startsWith('net/'));
    expect(names).toEqual(['w1', 'b1', 'w2', 'b2', 'open'].map((name) => `net/${name}`));
    const { first, second } = await run(graph);
    expectClose(first, await outputOf(student()));
    expectClose(second, await outputOf(student(), { ...X, data: (X.data as Float32Array).map((v) => 2 * v) }));
  });

  it('does not take the initialisers of another one for its own', () => {
    expect(() =>
      composed(({ network }, x) => {
        network(student(), { inputs: [x], as: 'net' });
        return { y: network(near(), { inputs: [x], as: 'net' }).outputs[0]! };
      }),
    ).toThrow(
      expect.objectContaining({ code: 'TOPIARY_AUTODIFF_BAD_REQUEST', message: expect.stringContaining('net/w1') }),
    );
  });

  it('takes as many examples as it is given', async () => {
    const graph = composed(({ b, network }, x) => {
      const both = b.op('Concat', [x, b.op('Neg', [x])], { axis: int(0) });
      return { y: network(student(), { inputs: [both] }).outputs[0]! };
    });
    const wanted = [
      ...(await outputOf(student())),
      ...(await outputOf(student(), { ...X, data: (X.data as Float32Array).map((v) => -v) })),
    ];
    expectClose((await run(graph))['y'], wanted);
  });

  it('computes with values that stand for its weights', async () => {
    const mask = (i: number): number => (i % 3 === 0 ? 0 : 1);
    const graph = composed(({ b, network }, x) => {
      const kept = Float32Array.from({ length: 30 }, (_, i) => mask(i));
      const w1 = b.op('Mul', [
        b.constant(sines([6, 5], 1, 0.5)),
        b.constant({ type: 'float32', dims: [6, 5], data: kept }),
      ]);
      return { y: network(student(), { inputs: [x], replaced: { w1 } }).outputs[0]! };
    });
    expectClose((await run(graph))['y'], await outputOf(withValue(student(), 'w1', (value, i) => value * mask(i))));
  });

  it('goes on with what takes the place of an inner value, and names it', async () => {
    const graph = composed(({ b, network }, x) => {
      const half = (value: string): string => b.op('Mul', [value, b.scalar(0.5)]);
      const { outputs, value } = network(student(), { inputs: [x], instead: { hidden: half } });
      return { y: outputs[0]!, hidden: value('hidden') };
    });
    const { y, hidden } = await run(graph);
    expectClose(y, await outputOf(withValue(student(), 'open', () => 0.5)));
    const { hidden: whole } = await run(
      composed(({ network }, x) => ({ hidden: network(student(), { inputs: [x] }).value('hidden') })),
    );
    expectClose(
      hidden,
      whole!.map((v) => v / 2),
    );
  });

  it('may mix an inner value with one before it', async () => {
    const graph = composed(({ b, network }, x) => {
      const { outputs } = network(student(), {
        inputs: [x],
        instead: { y: (y, at) => b.op('Add', [y, b.op('ReduceSum', [at('hidden'), b.int64s([1])])]) },
      });
      return { y: outputs[0]! };
    });
    const { hidden } = await run(
      composed(({ network }, x) => ({ hidden: network(student(), { inputs: [x] }).value('hidden') })),
    );
    const sums = Array.from({ length: BATCH }, (_, n) => hidden!.slice(6 * n, 6 * n + 6).reduce((a, c) => a + c, 0));
    expectClose(
      (await run(graph))['y'],
      (await outputOf(student())).map((v, i) => v + sums[Math.floor(i / 3)]!),
    );
  });

  it.each([
    ['an inner value that it does not have', { instead: { nowhere: (v: string) => v } }, "'nowhere'"],
    [
      'an inner value that comes later',
      { instead: { hidden: (_: string, at: (n: string) => string) => at('y') } },
      "'y'",
    ],
    ['an initialiser that it does not have', { replaced: { w9: 'x' } }, "'w9'"],
    ['inputs that are not all there', { inputs: { z: 'x' } }, "a value for input 'x'"],
  ] as const)('refuses %s', (_name, options, message) => {
    const build = () =>
      composed(({ network }, x) => ({ y: network(student(), { inputs: [x], ...options }).outputs[0]! }));
    expect(build).toThrow(expect.objectContaining({ code: 'TOPIARY_AUTODIFF_BAD_REQUEST' }));
    expect(build).toThrow(message);
  });
});

it('the loss of a single network reads its inner values by name', async () => {
  const hidden = (name: string): Loss => ({
    id: 'hidden',
    build: ({ b, value }) => {
      const h = value(name);
      return { loss: b.op('ReduceMean', [b.op('Mul', [h, h])], { keepdims: int(0) }), metrics: {} };
    },
    perExample: () => hidden(name),
    sampled: () => null,
  });
  const create = (name: string) =>
    Trainer.create(student(), { ...WHERE, loss: hidden(name), optimizer: sgd(), batch: BATCH });
  const trainer = await create('hidden');
  const { loss } = await trainer.step({ x: X }, 0.1);
  const { hidden: values } = await run(
    composed(({ network }, x) => ({ hidden: network(student(), { inputs: [x] }).value('hidden') })),
  );
  expect(loss).toBeCloseTo(values!.reduce((sum, v) => sum + v * v, 0) / values!.length, 5);
  expect(toNumbers(trainer.value('w2'))).toEqual([...(dataOf(student().initializers.get('w2')!) as Float32Array)]);
  await trainer.release();
  await expect(create('nowhere')).rejects.toThrow("'nowhere'");
});
