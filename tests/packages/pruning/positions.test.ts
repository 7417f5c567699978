/** Attention with rotary positions and a causal mask, as exporters write them: what leaves together, and what stays. */
import { canonicalize } from '@topiary/canonical';
import { elements, floats, type Graph, type GraphBuilder, int, type Tensor, tensor } from '@topiary/onnx';
import { applyPlan, findGroups } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { chance, type Layers, network, noise, zeroed } from './small-nets.js';

const [TOKENS, HEADS, SIZE] = [5, 2, 8];
const WIDTH = HEADS * SIZE;

type Rotation = (b: GraphBuilder, x: string) => string;

const slice = (b: GraphBuilder, x: string, start: number, end: number, step = 1): string =>
  b.op('Slice', [x, b.int64s([start]), b.int64s([end]), b.int64s([-1]), b.int64s([step])]);

/** (a, b) -> (-b, a) of the two halves, as in GPT-NeoX and Llama. */
const halves: Rotation = (b, x) => {
  const [first, second] = [slice(b, x, 0, SIZE / 2), slice(b, x, SIZE / 2, SIZE)];
  return b.op('Concat', [b.op('Neg', [second]), first], { axis: int(-1) });
};

/** The same of neighbours, as in GPT-J. */
const neighbours: Rotation = (b, x) => {
  const column = (value: string) => b.op('Unsqueeze', [value, b.int64s([-1])]);
  const [even, odd] = [slice(b, x, 0, SIZE, 2), slice(b, x, 1, SIZE, 2)];
  const pairs = b.op('Concat', [column(b.op('Neg', [odd])), column(even)], { axis: int(-1) });
  return b.op('Reshape', [pairs, b.int64s([-1, HEADS, TOKENS, SIZE])]);
};

/** Angles t / 100^(2 i / SIZE), one for both of a pair. */
const table = (pairOf: (i: number) => number, wave: (angle: number) => number): Tensor =>
  floats(
    Array.from({ length: TOKENS * SIZE }, (_, at) =>
      wave(Math.floor(at / SIZE) / 100 ** ((2 * pairOf(at % SIZE)) / SIZE)),
    ),
    [TOKENS, SIZE],
  );

/** Lower triangle of truths, from the ones that an exporter cuts with Trilu. */
const causal = (b: GraphBuilder): string => {
  const ones = tensor('bool', [TOKENS, TOKENS], new Uint8Array(TOKENS * TOKENS).fill(1));
  return b.op('Trilu', [b.constant(ones)], { upper: int(0) });
};

const decoder = (rotate: Rotation | null, pairOf: (i: number) => number = () => 0): Graph =>
  canonicalize(
    network(['N', TOKENS, 6], (x, nn: Layers, b) => {
      const stream = nn.dense(x, 'embed', WIDTH);
      const heads = (name: string) =>
        nn.transpose(nn.reshape(nn.dense(stream, name, WIDTH), [-1, TOKENS, HEADS, SIZE]), [0, 2, 1, 3]);
      const turned = (value: string) => {
        if (!rotate) return value;
        const [cos, sin] = [b.constant(table(pairOf, Math.cos)), b.constant(table(pairOf, Math.sin))];
        return b.op('Add', [b.op('Mul', [value, cos]), b.op('Mul', [rotate(b, value), sin])]);
      };
      const [q, k, v] = [turned(heads('q')), turned(heads('k')), heads('v')];
      const scores = b.op('MatMul', [q, nn.transpose(k, [0, 1, 3, 2])]);
      const seen = b.op('Where', [causal(b), scores, b.scalar(Number.NEGATIVE_INFINITY)]);
      const mixed = b.op('MatMul', [b.op('Softmax', [seen], { axis: int(-1) }), v]);
      const out = nn.dense(nn.reshape(nn.transpose(mixed, [0, 2, 1, 3]), [-1, TOKENS, WIDTH]), 'proj', WIDTH);
      return nn.dense(b.op('Add', [stream, out]), 'head', 4);
    }),
  );

const feeds = (change = 0): Record<string, Tensor> => {
  const next = noise(9);
  const data = Float32Array.from({ length: elements([2, TOKENS, 6]) }, () => next());
  // only the last token of each example
  for (const example of [0, 1]) data[(example + 1) * TOKENS * 6 - 1]! += change;
  return { x: floats(data, [2, TOKENS, 6]) };
};

const outputOf = async (graph: Graph, change = 0): Promise<Tensor> =>
  Object.values(await runOnnx(graph, feeds(change)))[0]!;

describe.each([
  // two halves of a head, or four pairs; values have no positions and keep widths of their own
  ['halves', decoder(halves, (i) => i % (SIZE / 2)), SIZE / 2],
  ['neighbours', decoder(neighbours, (i) => Math.floor(i / 2)), SIZE / 2],
] as const)('rotary positions of %s', (_name, graph, pairs) => {
  const found = findGroups(graph);
  const channels = (id: string) => found.groups.find((group) => group.id === id)?.channels;

  it('take both channels of a pair out of queries and keys', () => {
    expect([channels('q'), channels('v')]).toEqual([pairs, SIZE]);
    expect(found.fixed.map(({ initializer }) => initializer)).toEqual(['head.weight']);
  });

  it('cut by chance equal the full network with zeros', async () => {
    const kept = chance(found, 4);
    const narrow = applyPlan(graph, found, { kept }).graph;
    expect(narrow.initializers.get('q.weight')!.dims[1]).toBeLessThan(WIDTH);
    const full = await outputOf(zeroed(graph, found, kept));
    expect(relativeDistance(await outputOf(narrow), full)).toBeLessThan(1e-5);
  });
});

it('a causal mask folds to truths, and no cut lets a token see the next one', async () => {
  const graph = decoder(null);
  expect(graph.nodes.map(({ op }) => op)).not.toContain('Trilu');
  const found = findGroups(graph);
  const narrow = applyPlan(graph, found, { kept: chance(found, 6) }).graph;
  for (const network of [graph, narrow]) {
    const [before, after] = [await outputOf(network), await outputOf(network, 1)];
    const [N, T, K] = before.dims as [number, number, number];
    const apart = Array.from({ length: N * T }, (_, row) =>
      Array.from({ length: K }, (_unused, i) =>
        Math.abs(Number(before.data[row * K + i]) - Number(after.data[row * K + i])),
      ),
    ).map((row) => Math.max(...row));
    expect(apart.filter((_, row) => row % T < T - 1).every((distance) => distance === 0)).toBe(true);
    expect(apart[T - 1]).toBeGreaterThan(0);
  }
});
