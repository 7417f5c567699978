/**
 * The anchor-free family against numbers from outside: parameters and multiply-accumulates of the reference networks, what
 * Torch-Pruning 1.6.1 made of them, and the formula of decoding.
 */
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, encode, floats, type Graph, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, findGroups, planRatio, type Scores } from '@topiary/pruning';
import { infer } from '@topiary/runtime';
import { buildModel, materialize, modelOf, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { anchorsOf, headOf } from '../../../packages/tasks/src/detection/anchors.js';
import { decoded } from '../../../packages/tasks/src/detection/decoded.js';
import type { Head } from '../../../packages/tasks/src/detection/types.js';
import { anchorfree } from '../../../packages/zoo/src/models/_anchorfree.js';
import { runOnnx } from '../../helpers/onnxruntime.js';

const COCO: Head = { size: 640, strides: [8, 16, 32], bins: 16, classes: 80 };

/** The reference writes the mean over 16 cells as a fixed convolution, and counts it: its numbers, its multiply-accumulates. */
const FIXED = { params: 16, macs: 4 * 16 * anchorsOf(COCO).count };

const counted = (graph: Graph): readonly [params: number, pure: number, published: number] => {
  const { params, pure, published } = count(graph);
  return [params + FIXED.params, pure + FIXED.macs, published + FIXED.macs];
};

const FAMILY = [
  ['n', 3_157_200, 4_371_993_600, 4_402_361_600, 64, 57, 51],
  ['s', 11_166_560, 14_301_312_000, 14_357_612_800, 64, 57, 51],
  ['m', 25_902_640, 39_468_364_800, 39_567_532_800, 84, 77, 65],
  ['l', 43_691_520, 82_574_259_200, 82_726_406_400, 104, 97, 79],
  ['x', 68_229_648, 128_902_169_600, 129_092_051_200, 104, 97, 79],
] as const;

describe.each(FAMILY)('anchorfree-%s beside its reference', (size, params, pure, all, convolutions, norms, groups) => {
  const graph = buildModel(modelOf(`anchorfree-${size}`));

  it('has its parameters and its multiply-accumulates by both counters, decoding included', () => {
    expect(counted(graph)).toEqual([params, pure, all]);
  });

  it('decodes with the fixed numbers and without a multiply-accumulate more', () => {
    const whole = count(decoded(graph, COCO));
    expect([whole.params, whole.pure + FIXED.macs]).toEqual([params, pure]);
  });

  it('has its layers, one of its convolutions being the fixed one', () => {
    const of = (op: string) => graph.nodes.filter((node) => node.op === op).length;
    expect([of('Conv') + 1, of('BatchNormalization')]).toEqual([convolutions, norms]);
  });

  it('has its groups, and keeps nothing but the last convolutions of the head', () => {
    const found = findGroups(graph);
    expect(found.groups.length).toBe(groups);
    const kept = found.fixed.map(({ initializer }) => initializer).sort();
    const last = ['boxes', 'scores'].flatMap((kind) => [16, 32, 8].map((s) => `head.${kind}.${s}.last.weight`));
    expect(kept).toEqual(last);
  });
});

describe('classes', () => {
  it.each([
    [1, 3_011_043],
    [3, 3_011_433],
    [20, 3_014_748],
    [80, 3_157_200],
  ])('%i of them make a narrow member of so many parameters', (classes, params) => {
    const model = { ...modelOf('anchorfree-n'), classes };
    const build = anchorfree({ classes, bins: 16, size: 640, depth: 0.33, width: 0.25, widest: 1024 });
    expect(counted(buildModel({ ...model, build }))[0]).toBe(params);
  });
});

/** Scores that prune the first half of everything: counts do not depend on which channels leave. */
const scoresOf = (graph: Graph): Scores =>
  new Map(
    findGroups(graph).groups.map(({ id, channels }) => [id, Float64Array.from({ length: channels }, (_, i) => i)]),
  );

const HALVES = [
  ['n', [], 1_142_291_200, 800_264],
  ['s', [], 3_656_710_400, 2_807_952],
  ['m', [], 9_991_718_400, 6_499_192],
  ['n', ['head.*'], 2_016_160_000, 1_174_568],
  ['m', ['head.*'], 13_594_560_000, 8_022_904],
  ['x', ['head.*'], 41_741_203_200, 20_787_528],
] as const;

describe('half of every width', () => {
  it.each(HALVES)('of anchorfree-%s without %j counts what Torch-Pruning counts', (size, ignore, all, params) => {
    const graph = buildModel(modelOf(`anchorfree-${size}`));
    const found = findGroups(graph);
    const cut = applyPlan(graph, found, planRatio(found, scoresOf(graph), 0.5, { scope: 'local', ignore }));
    const [left, , published] = counted(cut.graph);
    expect([published, left]).toEqual([all, params]);
  });
});

/** Decoding once more, cell by cell, from the definition. */
const byHand = (boxes: readonly number[], scores: readonly number[], { bins, classes, ...head }: Head): number[][] => {
  const { count: cells, x, y, stride } = anchorsOf(head);
  return Array.from({ length: cells }, (_, a) => {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => {
      const logits = Array.from({ length: bins }, (_unused, k) => Math.exp(boxes[(side * bins + k) * cells + a]!));
      return logits.reduce((sum, e, k) => sum + k * e, 0) / logits.reduce((sum, e) => sum + e, 0);
    }) as [number, number, number, number];
    const corners = [x[a]! - left, y[a]! - top, x[a]! + right, y[a]! + bottom].map((v) => v * stride[a]!);
    const [x0, y0, x1, y1] = corners as [number, number, number, number];
    const probabilities = Array.from({ length: classes }, (_unused, k) => 1 / (1 + Math.exp(-scores[k * cells + a]!)));
    return [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, ...probabilities];
  });
};

describe('a pruned file with its decoding', () => {
  it('runs in onnxruntime from its own bytes and says what the raw outputs say', async () => {
    const base = materialize(buildModel(modelOf('anchorfree-tiny')), 5);
    const found = findGroups(base);
    const { graph } = applyPlan(base, found, planRatio(found, scoresOf(base), 0.5, { scope: 'local' }));
    const head = headOf([128, 128], graph.outputs[0]!.shape, graph.outputs[1]!.shape);
    expect(head).toEqual({ size: 128, strides: [8, 16, 32], bins: 8, classes: 6 });
    const random = randomFrom('decoding');
    const feeds = {
      input: floats(
        Float32Array.from({ length: 2 * 3 * 128 * 128 }, () => random.unit()),
        [2, 3, 128, 128],
      ),
    };
    const raw = await infer(graph, feeds, { provider: 'cpu' });
    const { output0 } = await runOnnx(encode(standard(decoded(graph, head))), feeds);
    expect(output0!.dims).toEqual([2, 10, 336]);
    const values = toNumbers(output0!);
    for (const n of [0, 1]) {
      const own = (name: string, rows: number) => toNumbers(raw[name]!).slice(n * rows * 336, (n + 1) * rows * 336);
      byHand(own('boxes', 32), own('scores', 6), head).forEach((row, a) => {
        row.forEach((expected, i) => {
          expect(values[(n * 10 + i) * 336 + a]).toBeCloseTo(expected, 3);
        });
      });
    }
    const read = canonicalize(decode(encode(standard(decoded(graph, head)))));
    expect(findGroups(read).groups.length).toBe(found.groups.length);
  });
});

describe('a head whose shapes do not fit', () => {
  it.each([
    [[128, 96], [1, 32, 336], [1, 6, 336], /a square input.*128 by 96/s],
    [[128, 128], [1, 32, 320], [1, 6, 320], /336 cells for 128 pixels.*320/s],
    [[100, 100], [1, 32, 336], [1, 6, 336], /cells for 100 pixels/],
    [[128, 128], [1, 30, 336], [1, 6, 336], /four distributions.*30 numbers/s],
  ])('is refused: %j', (size, boxes, scores, message) => {
    expect(() => headOf(size as [number, number], boxes, scores)).toThrow(message);
  });
});
