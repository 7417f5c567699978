/** Nobody wins by writing a network in other operators, and nobody loses who writes it as exporters do. */
import { check, rulesBeside } from '@topiary/gate';
import { encode, floats, type Graph, GraphBuilder, int, ints, toNumbers } from '@topiary/onnx';
import { createBuilder, infer } from '@topiary/ops';
import { beforeAll, describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { random } from '../../helpers/random.js';
import { holds, outcomeOf, shippedNetworks } from '../../helpers/rewriting-property.js';
import { COLUMNS, CONTRACTIONS, rewrittenConv } from '../../helpers/rewritten-layers.js';
import { noughtOf, WEIGHTS } from '../../helpers/rewritten-weights.js';
import { cutAtRandom, type Shipped } from '../../helpers/shipped-networks.js';

const rng = random(11);
const drawn = (dims: readonly number[], scale = 1) =>
  floats(
    Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => scale * (rng() - 0.5)),
    dims,
  );
const weight = drawn([6, 2, 3, 3]);
const picture = drawn([2, 4, 7, 5]);
const attributes = {
  kernel_shape: ints([3, 3]),
  pads: ints([1, 0, 1, 2]),
  strides: ints([2, 1]),
  dilations: ints([1, 1]),
  group: int(2),
};
const node = { op: 'Conv', domain: '', name: 'c', inputs: [], outputs: ['y'], attributes };

const alone = (body: (b: GraphBuilder, x: string) => string): Graph => {
  const b = new GraphBuilder(infer);
  b.output(body(b, b.input('x', 'float32', ['N', 4, 7, 5])), 'y');
  return b.build('alone');
};
const run = async (graph: Graph) => (await runOnnx(graph, { x: picture }))['y']!;
const plain = alone((b, x) => b.op('Conv', [x, b.constant(weight)], attributes));

const pairs = Object.keys(CONTRACTIONS).flatMap((contraction) =>
  Object.keys(COLUMNS).map((columns) => [contraction, columns] as const),
);

describe('a rewriting', () => {
  it.each(pairs)('of a convolution by %s, %s computes the same', async (contraction, columns) => {
    const way = { contraction: CONTRACTIONS[contraction]!, columns: COLUMNS[columns]! };
    const written = alone((b, x) => rewrittenConv(b, { node, x, w: b.constant(weight) }, way));
    expect(relativeDistance(await run(written), await run(plain))).toBeLessThan(1e-3);
  });

  it.each(Object.keys(WEIGHTS))('of weights as %s gives the same numbers', async (name) => {
    const b = createBuilder();
    const x = b.input('x', 'float32', ['N', 4, 7, 5]);
    b.output(b.op('Identity', [WEIGHTS[name]!(b, weight, noughtOf(b, x))]), 'y');
    const got = await run(b.build('weights'));
    expect(got.dims).toEqual(weight.dims);
    expect(relativeDistance(got, weight)).toBeLessThan(1e-5);
    expect(toNumbers(got).some((number) => number !== 0)).toBe(true);
  });
});

describe('the gate', () => {
  let shipped: readonly Shipped[] = [];
  beforeAll(() => {
    shipped = shippedNetworks();
  });

  it.each(Array.from({ length: 24 }, (_, i) => i + 1))('counts or refuses what was drawn with seed %i', (seed) => {
    const outcome = outcomeOf(shipped, seed);
    expect(holds(outcome), JSON.stringify(outcome, null, 1)).toBe(true);
  });

  it('refuses no shipped network, whole or cut, and counts its parameters exactly', () => {
    const draw = random(5);
    for (const { graph, bytes } of shipped) {
      const rules = rulesBeside(graph, bytes, 250);
      expect(check(encode(graph), rules).faults).toEqual([]);
      for (const speedup of [2, 4])
        for (const scope of ['global', 'local'] as const)
          expect(check(encode(cutAtRandom(graph, { speedup, scope, rng: draw })), rules).faults).toEqual([]);
    }
  });
});
