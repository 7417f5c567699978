/** Networks put together at random from what exporters write: plain once and for all, and the same function. */
import { canonicalize } from '@topiary/canonical';
import { decode, encode, floats, type Graph, int, int64s, ints, type Node, scalar, type Tensor } from '@topiary/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { n, ramp, sketch, x } from './graphs.js';

interface Piece {
  readonly nodes: readonly Node[];
  readonly constants?: Readonly<Record<string, Tensor>>;
}

/** From a picture [b, 4, 3, 3] `a` to another `y`; every other value begins with `p`. */
type Write = (a: string, y: string, p: string) => Piece;

const same = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) };

const PIECES: Readonly<Record<string, Write>> = {
  relu: (a, y) => ({ nodes: [n('Relu', a, y)] }),
  identity: (a, y, p) => ({ nodes: [n('Identity', a, `${p}i`), n('Identity', `${p}i`, y)] }),
  shared: (a, y, p) => ({
    nodes: [n('Conv', `${a} shared`, `${p}c`, same), n('Conv', `${p}c shared`, y, same)],
  }),
  'merged ones': (a, y, p) => ({ nodes: [n('Identity', 'ones', `${p}ones`), n('Mul', `${a} ${p}ones`, y)] }),
  gate: (a, y, p) => ({
    nodes: [
      n('GlobalAveragePool', a, `${p}g`),
      n('Sigmoid', `${p}g`, `${p}s`),
      n('Shape', a, `${p}shape`),
      n('Expand', `${p}s ${p}shape`, `${p}e`),
      n('Mul', `${a} ${p}e`, y),
    ],
  }),
  norm: (a, y, p) => ({
    nodes: [
      n('ReduceL2', `${a} ${p}axes`, `${p}l`),
      n('Clip', `${p}l ${p}least`, `${p}m`),
      n('Shape', a, `${p}shape`),
      n('Expand', `${p}m ${p}shape`, `${p}e`),
      n('Div', `${a} ${p}e`, y),
    ],
    constants: { [`${p}axes`]: int64s([1]), [`${p}least`]: scalar(1e-3) },
  }),
  'norm and epsilon': (a, y, p) => ({
    nodes: [
      n('ReduceL2', `${a} ${p}axes`, `${p}l`),
      n('Shape', a, `${p}shape`),
      n('Expand', `${p}l ${p}shape`, `${p}e`),
      n('Add', `${p}e ${p}least`, `${p}m`),
      n('Div', `${a} ${p}m`, y),
    ],
    constants: { [`${p}axes`]: int64s([1]), [`${p}least`]: scalar(1e-3) },
  }),
  flatten: (a, y, p) => ({
    nodes: [
      n('Shape', a, `${p}shape`),
      n('Gather', `${p}shape ${p}zero`, `${p}batch`),
      n('Unsqueeze', `${p}batch ${p}first`, `${p}b`),
      n('Concat', `${p}b ${p}rest`, `${p}target`, { axis: int(0) }),
      n('Reshape', `${a} ${p}target`, `${p}flat`),
      n('Reshape', `${p}flat ${p}shape`, y),
    ],
    constants: { [`${p}zero`]: int64s([0], []), [`${p}first`]: int64s([0]), [`${p}rest`]: int64s([-1]) },
  }),
  token: (a, y, p) => ({
    nodes: [n('Shape', a, `${p}shape`), n('Expand', `${p}t ${p}shape`, `${p}e`), n('Add', `${a} ${p}e`, y)],
    constants: { [`${p}t`]: ramp(1, 4, 1, 1) },
  }),
  standardised: (a, y, p) => ({
    nodes: [
      n('ReduceMean', `${p}w ${p}axes`, `${p}m`),
      n('Sub', `${p}w ${p}m`, `${p}d`),
      n('ReduceL2', `${p}d ${p}axes`, `${p}l`),
      n('Div', `${p}d ${p}l`, `${p}k`),
      n('Conv', `${a} ${p}k`, y, same),
    ],
    constants: { [`${p}w`]: ramp(4, 4, 3, 3), [`${p}axes`]: int64s([1, 2, 3]) },
  }),
  gelu: (a, y, p) => ({
    nodes: [
      n('Div', `${a} ${p}root`, `${p}r`),
      n('Erf', `${p}r`, `${p}erf`),
      n('Add', `${p}erf ${p}one`, `${p}s`),
      n('Mul', `${a} ${p}s`, `${p}h`),
      n('Mul', `${p}h ${p}half`, y),
    ],
    constants: { [`${p}root`]: scalar(Math.SQRT2), [`${p}one`]: scalar(1), [`${p}half`]: scalar(0.5) },
  }),
  'layer norm': (a, y, p) => ({
    nodes: [
      n('ReduceMean', `${a} ${p}last`, `${p}m`),
      n('Sub', `${a} ${p}m`, `${p}d`),
      n('Pow', `${p}d ${p}two`, `${p}q`),
      n('ReduceMean', `${p}q ${p}last`, `${p}v`),
      n('Add', `${p}v ${p}epsilon`, `${p}e`),
      n('Sqrt', `${p}e`, `${p}root`),
      n('Div', `${p}d ${p}root`, y),
    ],
    constants: { [`${p}last`]: int64s([-1]), [`${p}two`]: scalar(2), [`${p}epsilon`]: scalar(1e-5) },
  }),
  repeated: (a, y, p) => ({
    nodes: [n('Tile', `${p}row ${p}times`, `${p}t`), n('Add', `${a} ${p}t`, y)],
    constants: { [`${p}row`]: ramp(1, 4, 3, 1), [`${p}times`]: int64s([1, 1, 1, 3]) },
  }),
};

const built = (names: readonly string[]): Graph => {
  const pieces = names.map((name, i) =>
    PIECES[name]!(i === 0 ? 'x' : `v${i}`, i === names.length - 1 ? 'y' : `v${i + 1}`, `n${i}.`),
  );
  return sketch({
    inputs: x('batch', 4, 3, 3),
    constants: Object.assign(
      { shared: ramp(4, 4, 3, 3), ones: floats(new Float32Array(12).fill(1), [4, 3, 1]) },
      ...pieces.map(({ constants }) => constants ?? {}),
    ),
    nodes: pieces.flatMap(({ nodes }) => nodes),
  });
};

describe('canonical graphs', () => {
  it('come out as they went in, whatever was exported', () => {
    const list = fc.array(fc.constantFrom(...Object.keys(PIECES)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(list, (names) => {
        const graph = canonicalize(built(names));
        const again = canonicalize(decode(encode(graph)));
        expect(again.nodes).toEqual(graph.nodes);
        expect([...again.initializers.keys()]).toEqual([...graph.initializers.keys()]);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('compute what the file computes', async () => {
    const names = Object.keys(PIECES);
    for (const order of [names, names.toReversed(), [...names, ...names]]) {
      const file = built(order);
      const feeds = { x: ramp(2, 4, 3, 3) };
      const [before, after] = [await runOnnx(encode(file), feeds), await runOnnx(canonicalize(file), feeds)];
      expect(relativeDistance(after['y']!, before['y']!)).toBeLessThan(1e-4);
    }
  });

  it('spread nothing that readers spread by themselves', () => {
    const graph = canonicalize(built(['gate', 'norm', 'norm and epsilon', 'repeated']));
    expect(graph.nodes.filter(({ op }) => op === 'Expand' || op === 'Tile')).toEqual([]);
  });
});
