/** Training in onnxruntime: it learns, repeats itself bit for bit, and fails in words. */
import { constant, crossEntropy, sgd } from '@topiary/autodiff';
import { decode, encode, type Graph, int, tensorOf, toNumbers } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Feeds, infer, Trainer, type TrainerOptions, train } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';
import { smallBatch, smallResnet, smallTwice } from '../autodiff/_nets.js';
import { distance } from '../lowering/_support.js';

const OPTIONS: TrainerOptions = {
  loss: crossEntropy(),
  optimizer: sgd(),
  batch: 20,
  weightDecay: 5e-4,
  provider: 'cpu',
  threads: 2,
};

const trained = async (steps: number, options: Partial<TrainerOptions> = {}) => {
  const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, ...options });
  const summary = await train(trainer, { steps, schedule: constant(0.05), batch: (i) => smallBatch(20, i + 1) });
  const graph = trainer.export();
  await trainer.release();
  return { summary, graph };
};

/** Means over pictures and places of what goes into a norm, while the norms before it take the batch's own statistics. */
const channelMeans = async (net: Graph, value: string, { input }: Feeds): Promise<number[]> => {
  const b = createBuilder();
  const x = b.input('input', 'float32', input!.dims);
  for (const initializer of net.initializers.values()) b.initializer(initializer);
  for (const node of net.nodes) {
    if (node.outputs[0] === net.outputs[0]!.name || b.has(node.outputs[0]!)) continue;
    if (node.op !== 'BatchNormalization') {
      b.append(node);
      continue;
    }
    const places = b.int64s([0, 2, 3]);
    const centred = b.op('Sub', [node.inputs[0]!, b.op('ReduceMean', [node.inputs[0]!, places])]);
    const variance = b.op('ReduceMean', [b.op('Mul', [centred, centred]), places]);
    const plain = b.op('Div', [centred, b.op('Sqrt', [b.op('Add', [variance, b.scalar(1e-5)])])]);
    const wide = (vector: string) => b.op('Reshape', [vector, b.int64s([1, -1, 1, 1])]);
    const scaled = b.op('Mul', [plain, wide(node.inputs[1]!)]);
    b.op('Add', [scaled, wide(node.inputs[2]!)], {}, { outputs: [node.outputs[0]!] });
  }
  b.output(b.op('ReduceMean', [value, b.int64s([0, 2, 3])], { keepdims: int(0) }), 'means');
  return toNumbers((await infer(b.build('means'), { [x]: input! }, { provider: 'cpu' }))['means']!);
};

describe('Trainer', () => {
  it('learns, and its export gives what it learned', async () => {
    const test = smallBatch(50, 1000);
    const before = await evaluate(smallResnet(), [test], { provider: 'cpu' });
    const { summary, graph } = await trained(60);
    const after = await evaluate(graph, [test], { provider: 'cpu' });
    expect(summary.losses[59]!).toBeLessThan(summary.losses[0]! / 3);
    expect(after.top1).toBeGreaterThan(0.9);
    expect(before.top1).toBeLessThan(0.6);
    const reread = await evaluate(decode(encode(graph)), [test], { provider: 'cpu' });
    expect(reread.loss).toBe(after.loss);
  });

  it('gives the same bits twice', async () => {
    const [first, second] = [await trained(8), await trained(8)];
    expect(first.summary.losses).toEqual(second.summary.losses);
    for (const [name, { source }] of first.graph.initializers) {
      expect(source, name).toEqual(second.graph.initializers.get(name)!.source);
    }
  });

  it('leaves the network that it was given as it was', async () => {
    const net = smallResnet();
    const copy = structuredClone(
      [...net.initializers.values()].map(({ source }) => source.kind === 'data' && source.data),
    );
    const trainer = await Trainer.create(net, OPTIONS);
    for (let i = 0; i < 3; i += 1) await trainer.step(smallBatch(20, i), 0.1);
    await trainer.release();
    expect([...net.initializers.values()].map(({ source }) => source.kind === 'data' && source.data)).toEqual(copy);
  });

  it('trains only what it is told to', async () => {
    const net = smallResnet();
    const { graph } = await trained(2, { trainable: ({ initializer }) => initializer.name.startsWith('linear') });
    for (const [name, { source }] of graph.initializers) {
      const before = net.initializers.get(name)!.source;
      const same =
        source.kind === 'data' && before.kind === 'data' && source.data.every((v, i) => v === before.data[i]);
      expect(same, name).toBe(!/^linear|running/.test(name));
    }
  });

  it('moves the running statistics towards those of the data', async () => {
    const { graph } = await trained(1);
    const net = smallResnet();
    const [before, after] = [net, graph].map((g) => g.initializers.get('bn1.running_mean')!.source);
    expect(after).not.toEqual(before);
    const frozen = await trained(1, { statistics: 'running' });
    expect(frozen.graph.initializers.get('bn1.running_mean')!.source).toEqual(before);
  });

  it('renews the running statistics of a norm that is called twice once for each call, as PyTorch does', async () => {
    const net = smallTwice();
    const trainer = await Trainer.create(net, { ...OPTIONS, batch: 4, variant: 'plain' });
    const batch = smallBatch(4, 3);
    await trainer.step(batch, 0.01);
    const found = toNumbers(trainer.value('bn.running_mean'));
    await trainer.release();
    // torch.nn.BatchNorm2d: running = 0.9 · running + 0.1 · mean of the batch, at every call
    const norms = net.nodes.filter(({ op }) => op === 'BatchNormalization');
    const means: number[][] = [];
    for (const { inputs } of norms) means.push(await channelMeans(net, inputs[0]!, batch));
    const before = toNumbers(tensorOf(net.initializers.get('bn.running_mean')!)!);
    const expected = before.map((r, c) => 0.9 * (0.9 * r + 0.1 * means[0]![c]!) + 0.1 * means[1]![c]!);
    expected.forEach((value, c) => {
      expect(found[c]).toBeCloseTo(value, 5);
    });
  });

  it('says at which step a loss was no longer finite', async () => {
    const trainer = await Trainer.create(smallResnet(), OPTIONS);
    const run = train(trainer, { steps: 10, schedule: constant(1e30), batch: (i) => smallBatch(20, i) });
    await expect(run).rejects.toThrow(
      expect.objectContaining({
        code: 'TOPIARY_RUNTIME_NOT_FINITE',
        message: expect.stringMatching(/step \d+ of training 'small-resnet'.*expected a finite loss/),
      }),
    );
    await trainer.release();
  });

  it('stops between steps when it is cancelled', async () => {
    const trainer = await Trainer.create(smallResnet(), OPTIONS);
    const controller = new AbortController();
    const seen: number[] = [];
    const run = train(trainer, {
      steps: 10,
      schedule: constant(0.01),
      batch: (i) => smallBatch(20, i),
      signal: controller.signal,
      onStep: ({ step, steps, loss, metrics, lr }) => {
        seen.push(step);
        expect([steps, lr]).toEqual([10, 0.01]);
        expect(loss).toBeGreaterThan(0);
        expect(metrics['correct']).toBeGreaterThanOrEqual(0);
        if (step === 3) controller.abort();
      },
    });
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'TOPIARY_RUNTIME_ABORTED' }));
    expect(seen).toEqual([1, 2, 3]);
    await trainer.release();
  });

  it('trains the same in standard operators only', async () => {
    const [fused, standard] = [await trained(3), await trained(3, { standardOnly: true })];
    expect(distance(standard.summary.losses, fused.summary.losses)).toBeLessThan(1e-4);
  });
});

describe('evaluate', () => {
  it('gives one bit per example, whatever the batches', async () => {
    const net = smallResnet();
    const whole = smallBatch(23, 7);
    const one = await evaluate(net, [whole], { provider: 'cpu' });
    const [images, labels] = [whole['input']!.data as Float32Array, whole['labels']!.data as Int32Array];
    const parts = [0, 8, 16].map((from) => {
      const to = Math.min(23, from + 8);
      return classificationFeeds(net, images.slice(from * 243, to * 243), labels.slice(from, to));
    });
    const split = await evaluate(net, parts, { provider: 'cpu' });
    expect(split.correct).toEqual(one.correct);
    expect(split.n).toBe(23);
    expect(split.loss).toBeCloseTo(one.loss, 5);
    const { logits } = await infer(net, { input: whole['input']! }, { provider: 'cpu' });
    const rows = toNumbers(logits!);
    const hits = Array.from({ length: 23 }, (_, n) => {
      const row = rows.slice(n * 5, n * 5 + 5);
      return row.indexOf(Math.max(...row)) === n % 5 ? 1 : 0;
    });
    expect([...one.correct]).toEqual(hits);
    expect(one.top1).toBeCloseTo(hits.reduce<number>((sum, hit) => sum + hit, 0) / 23, 10);
  });
});
