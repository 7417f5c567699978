/** Disturbed Taylor: scores by hand, and its statistics against their formula in double precision. */
import { drawn } from '@topiary/autodiff';
import { checkParameters, methodOf, statisticGraph, statisticOf } from '@topiary/methods';
import { floats, type Graph } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect } from '@topiary/runtime';
import { materialize, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { FOUR } from './four-channels.js';
import { expectSame } from './gathering.js';

const slopes = new Map([
  ['conv1.weight', Float32Array.of(1, 1, -2, 5, 4, -4, 0, 1)], // |w·g| = 1 2 | 6 0 | 2 2 | 0 1
  ['bn1.weight', Float32Array.of(2, 1, 0, -1)],
  ['conv2.weight', Float32Array.of(1, 9, 1, 1, 1, -1, 9, 2)], // 1 0 2 1 | 1 2 0 2
]);

describe('disturbed-taylor', () => {
  const criterion = methodOf('criterion', 'disturbed-taylor');
  const scores = (params: Readonly<Record<string, string>>, statistic: string) =>
    criterion.score({
      group: FOUR,
      statistics: new Map([[statistic, slopes]]),
      params: checkParameters(criterion, { normalise: 'none', ...params }),
      rng: () => 0,
    });

  it('sums |w · slope| over rows and columns, and leaves norms out', () => {
    expect([...scores({}, 'disturbed-root')!]).toEqual([5 / 2, 8 / 2, 6 / 2, 4 / 2]);
    expect([...scores({ accumulate: 'signed' }, 'disturbed-gradient')!]).toEqual([5 / 2, 8 / 2, 6 / 2, 4 / 2]);
  });

  it('asks for slopes that are added up as it is told', () => {
    const wanted = (accumulate: string) => criterion.collects(checkParameters(criterion, { accumulate }));
    expect(wanted('rms')).toEqual([{ statistic: 'disturbed-root', examples: null }]);
    expect(wanted('signed')).toEqual([{ statistic: 'disturbed-gradient', examples: null }]);
  });
});

const [N, IN, HIDDEN, OUT] = [2, 3, 5, 4];

/** y = relu(x W) V */
const network = (): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', IN]);
  const w = b.parameter('W', [IN, HIDDEN], { rule: 'normal', std: 1 });
  const v = b.parameter('V', [HIDDEN, OUT], { rule: 'normal', std: 1 });
  b.output(b.op('MatMul', [b.op('Relu', [b.op('MatMul', [x, w])]), v]), 'y');
  return materialize(b.build('two'), 4);
};

/** -(2/n) Jᵀ ε of the two matrices. */
const byHand = (graph: Graph, x: ArrayLike<number>, noise: ArrayLike<number>, examples: number) => {
  const data = (name: string) => {
    const { source } = graph.initializers.get(name)!;
    return source.kind === 'data' ? (source.data as Float32Array) : new Float32Array();
  };
  const [w, v] = [data('W'), data('V')];
  const [dW, dV] = [new Float64Array(IN * HIDDEN), new Float64Array(HIDDEN * OUT)];
  for (let n = 0; n < examples; n += 1)
    for (let h = 0; h < HIDDEN; h += 1) {
      let [before, back] = [0, 0];
      for (let i = 0; i < IN; i += 1) before += x[n * IN + i]! * w[i * HIDDEN + h]!;
      for (let o = 0; o < OUT; o += 1) {
        const dy = (-2 / (examples * OUT)) * noise[n * OUT + o]!;
        dV[h * OUT + o]! += Math.max(0, before) * dy;
        back += before > 0 ? dy * v[h * OUT + o]! : 0;
      }
      for (let i = 0; i < IN; i += 1) dW[i * HIDDEN + h]! += x[n * IN + i]! * back;
    }
  return new Map([
    ['W', dW],
    ['V', dV],
  ]);
};

describe.each([
  ['disturbed-gradient', 1, (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length],
  ['disturbed-root', N, (values: readonly number[]) => Math.hypot(...values) / Math.sqrt(values.length)],
] as const)('%s', (id, batch, together) => {
  it('is what the slopes of the distance to the noised output come to over batches', async () => {
    const forward = network();
    const statistic = statisticOf(id);
    expect(Math.min(batch, statistic.batch(forward))).toBe(batch);
    const graph = statisticGraph(statistic, forward, { batch, loss: null });
    const random = randomFrom('disturbed');
    const batches = Array.from({ length: 3 }, () => {
      const x = Float32Array.from({ length: batch * IN }, () => random.between(-1, 1));
      return { x: floats(x, [batch, IN]), noise: drawn(graph.draws, () => random.unit()) };
    });
    const found = statistic.finish(
      await collect(
        forward,
        graph,
        batches.map(({ x, noise }) => ({ x, ...noise })),
        statistic,
      ),
      graph,
    );
    const each = batches.map(({ x, noise }) =>
      byHand(forward, x.data as Float32Array, Object.values(noise)[0]!.data as Float32Array, batch),
    );
    for (const name of ['W', 'V']) {
      const wanted = Array.from(each[0]!.get(name)!, (_, i) => together(each.map((one) => one.get(name)![i]!)));
      expectSame(found.get(name)!, wanted, name);
    }
  });
});

it('noise is normal with a deviation of a hundredth', () => {
  const graph = statisticGraph(statisticOf('disturbed-gradient'), network(), { batch: 1, loss: null });
  const random = randomFrom('normal');
  const { value } = graph.draws[0]!;
  const values = Array.from({ length: 20_000 }, () => 100 * value(() => random.unit()));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const moment = (k: number) => values.reduce((sum, x) => sum + (x - mean) ** k, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
  // of a normal distribution, three times the square of the variance
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
});
