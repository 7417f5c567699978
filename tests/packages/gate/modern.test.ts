/** A network with the operators of today's exports passes the gate, and is counted as its canonical form is. */
import { canonicalize } from '@topiary/canonical';
import { admit, check, rulesAlone } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { decode, encode, float, floats, int, int64s, ints, string } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { n, opsOf, ramp, sketch, x } from '../canonical/graphs.js';

const file = encode(
  sketch({
    opset: 18,
    inputs: x('N', 3, 8, 8),
    constants: {
      'c.weight': ramp(8, 3, 3, 3),
      'c.bias': ramp(8),
      groups: int64s([0, 2, -1]),
      whole: int64s([-1, 8, 8, 8]),
      ones: floats([1, 1]),
      zeros: floats([0, 0]),
      'n.weight': ramp(8, 1, 1),
      'n.bias': ramp(8, 1, 1),
      'p.weight': ramp(2, 1, 1),
      'f.weight': ramp(2, 5),
    },
    nodes: [
      n('Conv', 'x c.weight c.bias', 'c', { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }),
      n('Reshape', 'c groups', 'g'),
      n('InstanceNormalization', 'g ones zeros', 'i', { epsilon: float(1e-5) }),
      n('Reshape', 'i whole', 'r'),
      n('Mul', 'r n.weight', 's'),
      n('Add', 's n.bias', 'gn'),
      n('Sigmoid', 'gn', 'gate'),
      n('Mul', 'gn gate', 'a'),
      n('DepthToSpace', 'a', 'd', { blocksize: int(2), mode: string('CRD') }),
      n('PRelu', 'd p.weight', 'p'),
      n('GlobalMaxPool', 'p', 'pooled'),
      n('Flatten', 'pooled', 'row'),
      n('Einsum', 'row f.weight', 'y', { equation: string('bc,ck->bk') }),
    ],
  }),
);

it('GroupNorm, SiLU, PixelShuffle, PReLU, GlobalMaxPool and Einsum are admitted', async () => {
  const rules = rulesAlone(16);
  const verdict = check(file, rules);
  expect(verdict.faults).toEqual([]);
  const { graph } = admit(file, rules);
  expect(opsOf(graph)).toBe('Conv GroupNormalization Silu DepthToSpace PRelu ReduceMax Flatten MatMul');
  const { params, pure, published } = count(canonicalize(decode(file)));
  expect(verdict.facts).toMatchObject({ params, macs: { pure, published } });
  expect(params).toBe(8 * 27 + 8 + 2 * 8 + 2 + 10);

  const feeds = { x: ramp(4, 3, 8, 8) };
  const [ours, theirs] = [await runOnnx(encode(standard(graph)), feeds), await runOnnx(file, feeds)];
  expect(relativeDistance(ours['y']!, theirs['y']!)).toBeLessThan(1e-5);
});

it('an abstract operator itself may not stand in a file', () => {
  const { graph } = admit(file, rulesAlone(16));
  expect(check(encode(graph), rulesAlone(16)).faults.map(({ code }) => code)).toContain('TOPIARY_GATE_DOMAIN');
});
