/** A block of Segment Anything as PyTorch exports it: fused qkv, windows in the batch, relative positions by Einsum. */
import { canonicalize } from '@topiary/canonical';
import { floats, type Graph, GraphBuilder, int, int64s, ints, string } from '@topiary/onnx';
import { count, infer as inferTypes } from '@topiary/ops';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { infer } from '@topiary/runtime';
import { fillNormal, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';

const [SIDE, WINDOW, WIDTH, HEADS, OUT] = [8, 3, 12, 2, 4];
const D = WIDTH / HEADS;

/** As `torch.onnx.export` writes image_encoder.blocks[i] with use_rel_pos and a window, between a patch layer and a neck. */
const exported = (): Graph => {
  // an operator of files, which none of ours is
  const b = new GraphBuilder((node, inputs, constant) =>
    node.op === 'Einsum'
      ? [{ type: 'float32', shape: [...inputs[0]!.shape.slice(0, 3), inputs[1]!.shape[1]!] }]
      : inferTypes(node, inputs, constant),
  );
  const random = randomFrom('exported');
  const weight = (name: string, ...dims: number[]) =>
    b.initializer({
      name,
      type: 'float32',
      dims,
      source: { kind: 'data', data: fillNormal(new Float32Array(dims.reduce((p, q) => p * q, 1)), 0.3, random) },
    });
  const reshape = (x: string, dims: readonly number[]) => b.op('Reshape', [x, b.int64s(dims)]);
  const transpose = (x: string, perm: readonly number[]) => b.op('Transpose', [x], { perm: ints(perm) });
  const linear = (x: string, name: string, from: number, to: number) =>
    b.op('Add', [b.op('MatMul', [x, weight(`${name}.weight`, from, to)]), weight(`${name}.bias`, to)]);
  const image = b.input('image', 'float32', ['N', 3, 4 * SIDE, 4 * SIDE]);
  const patches = b.op('Conv', [image, weight('patch.weight', WIDTH, 3, 4, 4), weight('patch.bias', WIDTH)], {
    kernel_shape: ints([4, 4]),
    strides: ints([4, 4]),
  });
  const x = b.op('Add', [transpose(patches, [0, 2, 3, 1]), weight('pos_embed', 1, SIDE, SIDE, WIDTH)]);
  // window_partition
  const across = Math.ceil(SIDE / WINDOW);
  const whole = across * WINDOW;
  const padded = b.op('Pad', [x, b.int64s([0, 0, 0, 0, 0, whole - SIDE, whole - SIDE, 0])]);
  const parted = transpose(reshape(padded, [-1, across, WINDOW, across, WINDOW, WIDTH]), [0, 1, 3, 2, 4, 5]);
  const windows = reshape(parted, [-1, WINDOW * WINDOW, WIDTH]);
  // qkv, heads in the batch
  const fused = transpose(
    reshape(linear(windows, 'qkv', WIDTH, 3 * WIDTH), [-1, WINDOW ** 2, 3, HEADS, D]),
    [2, 0, 3, 1, 4],
  );
  const [q, k, v] = [0, 1, 2].map((i) => {
    const part = b.op('Gather', [fused, b.constant(int64s([i], []))], { axis: int(0) });
    return reshape(part, [-1, WINDOW * WINDOW, D]);
  });
  const scores = b.op('MatMul', [b.op('Mul', [q!, b.scalar(D ** -0.5)]), transpose(k!, [0, 2, 1])]);
  // add_decomposed_rel_pos
  const places = int64s(
    Array.from({ length: WINDOW ** 2 }, (_, i) => Math.floor(i / WINDOW) - (i % WINDOW) + WINDOW - 1),
    [WINDOW, WINDOW],
  );
  const table = (name: string) =>
    b.op('Gather', [weight(name, 2 * WINDOW - 1, D), b.constant(places)], { axis: int(0) });
  const r = reshape(q!, [-1, WINDOW, WINDOW, D]);
  const relH = b.op('Einsum', [r, table('rel_pos_h')], { equation: string('bhwc,hkc->bhwk') });
  const relW = b.op('Einsum', [r, table('rel_pos_w')], { equation: string('bhwc,wkc->bhwk') });
  const pairs = reshape(scores, [-1, WINDOW, WINDOW, WINDOW, WINDOW]);
  const wide = (value: string, axis: number) => b.op('Unsqueeze', [value, b.int64s([axis])]);
  const biased = b.op('Add', [b.op('Add', [pairs, wide(relH, 4)]), wide(relW, 3)]);
  const weights = b.op('Softmax', [reshape(biased, [-1, WINDOW ** 2, WINDOW ** 2])], { axis: int(-1) });
  const mixed = reshape(b.op('MatMul', [weights, v!]), [-1, HEADS, WINDOW, WINDOW, D]);
  const joined = reshape(transpose(mixed, [0, 2, 3, 1, 4]), [-1, WINDOW, WINDOW, WIDTH]);
  const said = linear(joined, 'proj', WIDTH, WIDTH);
  // window_unpartition
  const back = transpose(reshape(said, [-1, across, across, WINDOW, WINDOW, WIDTH]), [0, 1, 3, 2, 4, 5]);
  const large = reshape(back, [-1, whole, whole, WIDTH]);
  const cut = b.op('Slice', [large, b.int64s([0, 0]), b.int64s([SIDE, SIDE]), b.int64s([1, 2])]);
  const sum = transpose(b.op('Add', [x, cut]), [0, 3, 1, 2]);
  const neck = b.op('Conv', [sum, weight('neck.weight', OUT, WIDTH, 1, 1)], { kernel_shape: ints([1, 1]) });
  b.output(neck, 'embedding');
  return b.build('exported');
};

const random = randomFrom('pictures');
const image = floats(
  Float32Array.from({ length: 2 * 3 * (4 * SIDE) ** 2 }, () => random.between(-1, 1)),
  [2, 3, 4 * SIDE, 4 * SIDE],
);

describe('an exported block', () => {
  const original = exported();
  const plain = canonicalize(original);

  it('is made plain without Einsum, and computes the same', async () => {
    expect(plain.nodes.some(({ op }) => op === 'Einsum')).toBe(false);
    const [before, after] = [await runOnnx(original, { image }), await infer(plain, { image })];
    expect(relativeDistance(after['embedding']!, before['embedding']!)).toBeLessThan(1e-5);
  });

  it('is cut in its stream and its channels of attention, tables of positions with them, and runs', async () => {
    const dependencies = findGroups(plain);
    const members = dependencies.groups.map(({ members: all }) => new Set(all.map(({ initializer }) => initializer)));
    expect(members.some((names) => names.has('rel_pos_h') && names.has('rel_pos_w') && names.has('qkv.weight'))).toBe(
      true,
    );
    const scores = new Map(
      dependencies.groups.map(({ id, channels }) => [id, Float64Array.from({ length: channels }, (_, i) => i)]),
    );
    const { graph } = applyPlan(plain, dependencies, planRatio(dependencies, scores, 0.5, { scope: 'local' }));
    expect(graph.initializers.get('rel_pos_h')!.dims).toEqual([2 * WINDOW - 1, D / 2]);
    expect(count(graph).params).toBeLessThan(0.6 * count(plain).params);
    const { embedding } = await infer(graph, { image });
    expect(embedding!.dims).toEqual([2, OUT, SIDE, SIDE]);
  });
});
