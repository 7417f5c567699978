/** Filters that lie in blocks between steps: the same bits as those that are put there anew in each step, and who may not. */
import { type CoefficientKind, crossEntropy, sgd, type TrainingOptions, trainingGraph } from '@topiary/autodiff';
import { fromFilterBlocks, lower, lowerStep, toFilterBlocks } from '@topiary/lowering';
import { floats, scalar } from '@topiary/onnx';
import { compile, type Feeds, initialValues } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BLOCKS } from './_blocked.js';
import { emulate } from './_emulate.js';

const BATCH = 8;
const net = smallResnet(undefined, [16, 32]);

const stepOf = (options: Partial<TrainingOptions> = {}) =>
  trainingGraph(net, { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, ...options });

const feedsOf = ({ carried, lr, weightDecay }: ReturnType<typeof stepOf>): Feeds => ({
  ...smallBatch(BATCH, 1),
  ...initialValues(
    net,
    carried.flatMap(({ initializer }) => initializer ?? []),
  ),
  ...Object.fromEntries(
    carried
      .filter(({ initializer }) => initializer === null)
      .map(({ input, dims }) => {
        const length = dims.reduce((n, dim) => n * dim, 1);
        return [
          input,
          floats(
            Float32Array.from({ length }, (_, i) => Math.sin(i) / 100),
            dims,
          ),
        ];
      }),
  ),
  [lr]: scalar(0.05),
  [weightDecay]: scalar(5e-4),
});

const run = async (graph: Parameters<typeof emulate>[0], block: number, feeds: Feeds): Promise<Feeds> => {
  const session = await compile(emulate(graph, block), { provider: 'cpu', threads: 1, variant: 'plain' });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
};

it('a filter in blocks: element (k, c, t) of [4, 4, 3] at [k / 2, c / 2, t, c % 2, k % 2]', () => {
  const dims = [4, 4, 1, 3];
  const plain = Float32Array.from({ length: 48 }, (_, i) => i);
  const blocked = toFilterBlocks(plain, dims, 2);
  const at = (k: number, c: number, t: number) => ((((k >> 1) * 2 + (c >> 1)) * 3 + t) * 2 + (c % 2)) * 2 + (k % 2);
  for (const [k, c, t] of [
    [0, 0, 0],
    [3, 2, 1],
    [1, 3, 2],
    [2, 1, 0],
  ] as const)
    expect(blocked[at(k, c, t)]).toBe((k * 4 + c) * 3 + t);
  expect(fromFilterBlocks(blocked, dims, 2)).toEqual(plain);
});

describe.each(BLOCKS)('in blocks of %i channels', (block) => {
  it('a step gives the same bits', async () => {
    const training = stepOf();
    const feeds = feedsOf(training);
    const { graph, stored } = lowerStep(training.graph, training.carried, { block });
    // that of three input channels fills no block; the others do, and their momentum with them
    const filters = [...stored].filter((name) => !name.startsWith('momentum:'));
    expect(filters).toHaveLength(2);
    expect(filters.every((name) => stored.has(`momentum:${name}`))).toBe(true);
    const given = Object.fromEntries(
      Object.entries(feeds).map(([name, value]) => [
        name,
        stored.has(name) ? floats(toFilterBlocks(value.data as Float32Array, value.dims, block), value.dims) : value,
      ]),
    );
    const [reference, got] = [
      await run(lower(training.graph, { block }), block, feeds),
      await run(graph, block, given),
    ];
    for (const { input, output, dims } of training.carried) {
      const value = got[output]!.data as Float32Array;
      expect(stored.has(input) ? fromFilterBlocks(value, dims, block) : value, input).toEqual(reference[output]!.data);
    }
    expect(got[training.loss]!.data).toEqual(reference[training.loss]!.data);
  });

  it('nothing is stored that somebody needs in its own order', () => {
    const perChannel: CoefficientKind[] = ['add', 'rate'];
    const cases: Partial<TrainingOptions>[] = [{ clip: 1 }, { coefficients: perChannel }];
    const storedBy = (options: Partial<TrainingOptions>) => {
      const training = stepOf(options);
      return lowerStep(training.graph, training.carried, { block }).stored.size;
    };
    expect(storedBy({})).toBeGreaterThan(0);
    expect(cases.map(storedBy)).toEqual([0, 0]);
  });
});
