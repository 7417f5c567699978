/** Constants that our own rules cannot compute, by onnxruntime. */
import { canonicalize } from '@topiary/canonical';
import { encode, type Graph, int } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { withConstants } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { n, opsOf, ramp, sketch, x } from '../canonical/graphs.js';

/** A low-rank correction of a weight, and a table behind Softmax: no rule of ours multiplies matrices. */
const adapted: Graph = sketch({
  inputs: x('b', 6),
  constants: { w: ramp(6, 5), down: ramp(6, 2), up: ramp(2, 5), gates: ramp(5, 5) },
  nodes: [
    n('MatMul', 'down up', 'correction'),
    n('Add', 'w correction', 'sum'),
    n('MatMul', 'x sum', 'p'),
    n('Softmax', 'gates', 'soft', { axis: int(0) }),
    n('MatMul', 'p soft', 'y'),
  ],
});

describe('constants', () => {
  it('are folded by onnxruntime where no rule computes them', async () => {
    expect(opsOf(canonicalize(adapted))).toBe('MatMul Add MatMul Softmax MatMul');
    const graph = await withConstants((evaluate) => canonicalize(adapted, { evaluate }));
    expect(opsOf(graph)).toBe('MatMul MatMul');
    expect(count(graph).params).toBe(30 + 25);
    const feeds = { x: ramp(3, 6) };
    const [before, after] = [await runOnnx(encode(adapted), feeds), await runOnnx(graph, feeds)];
    expect(relativeDistance(after['y']!, before['y']!)).toBeLessThan(1e-5);
  });

  it('are asked for once each, and stay where onnxruntime cannot help', async () => {
    let rounds = 0;
    const found = await withConstants((evaluate) => {
      rounds += 1;
      const part = sketch({ inputs: [], constants: { w: ramp(2) }, nodes: [n('Relu', 'w', 'y')] });
      const broken = { ...part, nodes: [n('NoSuchOperator', 'w', 'y')] };
      return [evaluate({ ...part, outputs: [{ name: 'y', type: 'float32', shape: [2] }] }), evaluate(broken)];
    });
    expect(rounds).toBe(2);
    expect(found[0]![0]!.dims).toEqual([2]);
    expect(found[1]).toBeNull();
  });
});
