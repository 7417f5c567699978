/** A scoring graph in its own process: the same scores as a built-in criterion, and a gate before it. */
import { resolve } from 'node:path';
import { check, criterionRules } from '@topiary/gate';
import {
  type ItemInput,
  methodOf,
  scoreGroups,
  statisticGraph,
  statisticOf,
  uploadedCriterion,
} from '@topiary/methods';
import { encode, floats, type Graph, int, shapeAt } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { findGroups } from '@topiary/pruning';
import { collect } from '@topiary/runtime';
import { Sandbox } from '@topiary/sandbox';
import { classificationFeeds } from '@topiary/tasks';
import { inMemory, inOrder, materialize } from '@topiary/zoo';
import { afterEach, describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const module = resolve(import.meta.dirname, '../../../dist/criterion-child.mjs');
const open: Sandbox[] = [];
const sandbox = () => {
  const limits = { memoryBytes: 2 ** 30, seconds: 30, cpuSeconds: 120, processes: 64 };
  const made = new Sandbox({ module, required: false, limits, where: 'the criterion of a test' });
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A scoring graph, with the dimension names that an exporter makes up. */
const scoring = (write: (b: ReturnType<typeof createBuilder>) => string): Uint8Array => {
  const b = createBuilder();
  b.output(write(b), 'score');
  return encode(b.build('scoring'));
};
const sumOfMagnitudes = scoring((b) => {
  const w = b.input('weight', 'float32', ['s0', 's1']);
  return b.op('ReduceSum', [b.op('Abs', [w]), b.int64s([1])], { keepdims: int(0) });
});

describe('the gate for criteria', () => {
  const verdict = (bytes: Uint8Array) => check(bytes, criterionRules());
  it('takes any of the three inputs', () => {
    expect(verdict(sumOfMagnitudes).faults).toEqual([]);
    const activation = scoring((b) => b.op('Abs', [b.input('activation_mean', 'float32', ['k'])]));
    expect(verdict(activation).faults).toEqual([]);
  });

  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    [
      'an input of another name',
      scoring((b) => b.op('Abs', [b.input('image', 'float32', ['k'])])),
      'TOPIARY_GATE_INPUT',
    ],
    [
      'fixed sizes',
      scoring((b) =>
        b.op('ReduceSum', [b.input('weight', 'float32', ['k', 4608]), b.int64s([1])], { keepdims: int(0) }),
      ),
      'TOPIARY_GATE_INPUT',
    ],
    [
      'a score per weight',
      scoring((b) => b.op('Abs', [b.input('weight', 'float32', ['k', 'm'])])),
      'TOPIARY_GATE_OUTPUT',
    ],
    [
      'a constant score',
      scoring((b) => {
        b.input('activation_mean', 'float32', ['k']);
        return b.op('Abs', [b.constant(floats([1, 2]))]);
      }),
      'TOPIARY_GATE_OUTPUT',
    ],
  ];
  it.each(cases)('refuses %s', (_, bytes, code) => {
    expect(verdict(bytes).faults.map((fault) => fault.code)).toContain(code);
  });
});

describe('an uploaded scoring graph', () => {
  it('gives the scores of the built-in criterion that computes the same', async () => {
    const graph = materialize(tinyModel(), 1);
    const { groups } = findGroups(graph);
    const child = sandbox();
    const inputs = await child.ask<ItemInput[]>('open', {
      model: sumOfMagnitudes,
      compile: { provider: 'cpu', threads: 1 },
    });
    expect(inputs).toEqual(['weight']);
    const request = { id: 'mine', graph, groups, inputs, statistics: new Map() };
    const mine = await uploadedCriterion(request, (item) => child.ask('score', item));
    const params = { reduce: 'mean', normalise: 'none', code_compat: false, bias: false };
    const got = scoreGroups(mine, graph, groups, { params, rng: () => 0.5 });
    // Without the scales of norms, which are no items of a scoring graph.
    const bare = groups.map((group) => ({ ...group, members: group.members.filter(({ role }) => role !== 'scale') }));
    const expected = scoreGroups(methodOf('criterion', 'magnitude-l1'), graph, bare, { params, rng: () => 0.5 });
    for (const [id, scores] of expected)
      scores.forEach((value, channel) => {
        expect(got.get(id)![channel]! / value).toBeCloseTo(1, 5);
      });
  });

  it('that fails in onnxruntime is told with a code, and the child is still there', async () => {
    const child = sandbox();
    await child.ask('open', { model: sumOfMagnitudes, compile: { provider: 'cpu', threads: 1 } });
    const wrong = { places: 4, numbers: 9, inputs: { gradient: new Float32Array(36) } };
    await expect(child.ask('score', wrong)).rejects.toMatchObject({ code: 'TOPIARY_RUNTIME_SESSION' });
    const right = { places: 1, numbers: 3, inputs: { weight: Float32Array.of(1, -2, 3) } };
    expect(await child.ask('score', right)).toEqual(Float32Array.of(6));
  });
});

it('the mean activations are those that onnxruntime gives', async () => {
  const graph = materialize(tinyModel(), 1);
  const split = inMemory({
    dims: [1, 8, 8],
    pixels: Uint8Array.from({ length: 32 * 64 }, (_, i) => (i * i * 7 + i * 31) % 256),
    labels: Uint8Array.from({ length: 32 }, (_, i) => i % 4),
    mean: [0.5],
    std: [0.25],
  });
  const statistic = statisticOf('activation-mean');
  const built = statisticGraph(statistic, graph, { batch: 16, loss: null });
  async function* feeds() {
    for await (const { images, labels } of inOrder(split, 16)) yield classificationFeeds(graph, images, labels);
  }
  const { accumulate, size } = statistic;
  const options = { provider: 'cpu', threads: 1, accumulate, size } as const;
  const means = statistic.finish(await collect(graph, built, feeds(), options), built);
  const conv = graph.nodes.find(({ inputs }) => inputs.includes('stem.weight'))!;
  const probe: Graph = { ...graph, outputs: [{ name: conv.outputs[0]!, type: 'float32', shape: ['N', 8, 8, 8] }] };
  const expected = new Float64Array(9);
  for await (const { images, size: n } of inOrder(split, 16)) {
    const input = graph.inputs[0]!;
    const { [conv.outputs[0]!]: y } = await runOnnx(probe, { [input.name]: floats(images, shapeAt(input.shape, n)) });
    (y!.data as Float32Array).forEach((value, i) => {
      expected[Math.floor(i / 64) % 8]! += value / (32 * 64);
    });
    images.forEach((value) => {
      expected[8]! += value / (32 * 64);
    });
  }
  const got = means.get('stem.weight')!;
  expect(got).toHaveLength(9);
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 4);
  });
});
