/** Sessions, providers, statistics and timing. */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import { int, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect, compile, latency, peakMemoryBytes, providers } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { distance, random } from '../lowering/_support.js';

const doubler = () => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 2]);
  b.output(b.op('Add', [x, x]), 'y');
  return b.build('doubler');
};

describe('compile', () => {
  it('runs a graph and says where', async () => {
    const session = await compile(doubler(), { provider: 'auto', threads: 1 });
    const { y } = await session.run({ x: random(1, [3, 2]) });
    expect(
      distance(
        y!.data,
        toNumbers(random(1, [3, 2])).map((v) => 2 * v),
      ),
    ).toBe(0);
    expect([session.inputs, session.outputs, session.threads]).toEqual([['x'], ['y'], 1]);
    if (session.provider === 'cpu') expect(session.fellBack).toMatch(/^CUDA is not available here \(.+\)$/);
    else expect(session.fellBack).toBeNull();
    await session.release();
  });

  it('refuses a provider that is not there, with the reason', async () => {
    const [cuda] = await providers();
    if (cuda!.available) return;
    await expect(compile(doubler(), { provider: 'cuda' })).rejects.toThrow(
      expect.objectContaining({ code: 'TOPIARY_RUNTIME_PROVIDER' }),
    );
  });

  it('names the input that was not fed', async () => {
    const session = await compile(doubler(), { provider: 'cpu' });
    await expect(session.run({})).rejects.toThrow(
      /graph 'doubler'; expected a value for input 'x'; got values for nothing/,
    );
    await session.release();
  });

  it("wraps onnxruntime's refusals", async () => {
    const session = await compile(doubler(), { provider: 'cpu' });
    await expect(session.run({ x: random(1, [3, 3]) })).rejects.toThrow(
      expect.objectContaining({ code: 'TOPIARY_RUNTIME_SESSION' }),
    );
    await session.release();
  });
});

describe('collect', () => {
  it('adds gradients over batches', async () => {
    const net = smallResnet();
    const built = gradientGraph(net, { loss: crossEntropy(), batch: 5 });
    const output = built.gradients.get('conv1.weight')!;
    const batches = [smallBatch(5, 1), smallBatch(5, 2)];
    const options = { provider: 'cpu', threads: 1 } as const;
    const { totals, batches: count } = await collect(net, built, batches, options);
    const single = await Promise.all(batches.map((batch) => collect(net, built, [batch], options)));
    const sum = single[0]!.totals.get(output)!.map((g, i) => g + single[1]!.totals.get(output)![i]!);
    expect(count).toBe(2);
    expect(totals.get(output)).toEqual(sum);
  });

  it('runs the fragment of a statistic, reduced inside the graph', async () => {
    const net = smallResnet();
    const name = 'conv2.weight';
    const whole = gradientGraph(net, { loss: crossEntropy(), batch: 5 });
    const reduced = gradientGraph(net, {
      loss: crossEntropy(),
      batch: 5,
      wrt: [name],
      fragment: ({ b, gradientOf }) => {
        // |w · dL/dw| per output channel: the score of the Taylor criterion
        const product = b.op('Abs', [b.op('Mul', [name, gradientOf(name)!])]);
        b.output(b.op('ReduceSum', [product, b.int64s([1, 2, 3])], { keepdims: int(0) }), 'taylor');
      },
    });
    const options = { provider: 'cpu', threads: 1 } as const;
    const batches = [smallBatch(5, 3)];
    const taylor = (await collect(net, reduced, batches, options)).totals.get('taylor')!;
    const slope = (await collect(net, whole, batches, options)).totals.get(whole.gradients.get(name)!)!;
    const source = net.initializers.get(name)!.source;
    const w = source.kind === 'data' ? source.data : [];
    expect(taylor.length).toBe(4);
    taylor.forEach((score, k) => {
      let expected = 0;
      for (let i = 0; i < 36; i += 1) expected += Math.abs(Number(w[k * 36 + i]) * slope[k * 36 + i]!);
      expect(score).toBeCloseTo(expected, 4);
    });
  });
});

describe('latency', () => {
  it('times two networks beside each other', async () => {
    const times = await latency(smallResnet(), smallResnet(), {
      provider: 'cpu',
      threads: 1,
      warmupMs: 20,
      samples: 15,
    });
    expect(times.base.samples).toBe(times.pruned.samples);
    for (const { p50Ms, p99Ms, samples, batch } of [times.base, times.pruned]) {
      expect(p50Ms).toBeGreaterThan(0);
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
      expect(samples).toBeGreaterThan(0);
      expect(samples).toBeLessThanOrEqual(15);
      expect(batch).toBe(1);
    }
  });

  it('is cancelled in words', async () => {
    const run = latency(smallResnet(), smallResnet(), { provider: 'cpu', signal: AbortSignal.abort() });
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'TOPIARY_RUNTIME_ABORTED' }));
  });
});

it('the peak of memory is at least what node itself takes', () => {
  expect(peakMemoryBytes()).toBeGreaterThan(30 * 2 ** 20);
});
