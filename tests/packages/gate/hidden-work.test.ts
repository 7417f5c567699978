/** Work and numbers that no counter of the literature sees are seen here. */
import { readFileSync } from 'node:fs';
import { check, rulesAlone, rulesBeside } from '@topiary/gate';
import { encode, floats, type Graph, GraphBuilder, int, tensor } from '@topiary/onnx';
import { count, createBuilder, infer } from '@topiary/ops';
import { buildModel, materialize, ResnetTiny } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const base = materialize(tinyModel(), 0);
const rules = rulesBeside(base, encode(base).length, 64);
const codesOf = (graph: Graph, by = rules) => check(encode(graph), by).faults.map(({ code }) => code);

/** [N, 1, 8, 8] pictures to four logits, with a first layer of one's own. */
const network = (body: (b: GraphBuilder, x: string) => string): Graph => {
  const b = createBuilder();
  const pooled = b.op('GlobalAveragePool', [body(b, b.input('input', 'float32', ['N', 1, 8, 8]))]);
  const flat = b.op('Flatten', [pooled]);
  const channels = Number(b.shape(flat)[1]);
  const weight = b.constant(floats(new Float32Array(4 * channels).fill(0.1), [channels, 4]));
  b.output(b.op('MatMul', [flat, weight]), 'logits');
  return b.build('network');
};

/** 8 channels of 3 x 3, weights as the caller makes them. */
const convolved = (weight: (b: GraphBuilder, x: string) => string): Graph =>
  network((b, x) => b.op('Conv', [x, weight(b, x)], { kernel_shape: { kind: 'ints', value: [3, 3] } }));

const numbers = (count: number) => Int32Array.from({ length: count }, (_, i) => i - 36);

describe('the gate', () => {
  it('lets the base itself pass, with the counts of the operators', () => {
    const verdict = check(encode(base), rules);
    expect(verdict.faults).toEqual([]);
    const { params, pure, published } = count(base);
    expect(verdict.facts).toMatchObject({ params, macs: { pure, published } });
  });

  it('refuses multiply-accumulates that are written as products and sums', () => {
    const graph = network((b, x) => {
      const wide = b.constant(floats(new Float32Array(64).fill(0.1), [64, 1, 1, 1]));
      return b.op('ReduceSum', [b.op('Mul', [b.op('Unsqueeze', [x, b.int64s([1])]), wide]), b.int64s([1])], {
        keepdims: int(0),
      });
    });
    expect(codesOf(graph)).toContain('TOPIARY_GATE_HIDDEN_MACS');
  });

  it('refuses functions upon functions that no layer needs', () => {
    const graph = network((b, x) => {
      let y = x;
      for (let i = 0; i < 200; i += 1) y = b.op('Pow', [b.op('Abs', [y]), b.scalar(1.01)]);
      return b.op('Conv', [y, b.constant(floats(new Float32Array(8), [8, 1, 1, 1]))]);
    });
    expect(codesOf(graph)).toContain('TOPIARY_GATE_WORK');
  });

  it('refuses a network without a layer that computes', () => {
    const b = createBuilder();
    const x = b.input('input', 'float32', ['N', 1, 8, 8]);
    const index = b.op('Cast', [b.op('ReduceMax', [x, b.int64s([1, 2, 3])], { keepdims: int(0) })], { to: int(7) });
    b.output(b.op('OneHot', [index, b.int64s([4]), b.constant(floats([0, 1]))]), 'logits');
    expect(codesOf(b.build('onehot'))[0]).toBe('TOPIARY_GATE_NO_MACS');
    expect(codesOf(b.build('onehot'), rulesAlone(64))[0]).toBe('TOPIARY_GATE_NO_MACS');
  });

  it('refuses a value that grows with the square of the batch', () => {
    const b = new GraphBuilder(infer);
    const flat = b.op('Flatten', [b.input('input', 'float32', ['N', 1, 8, 8])]);
    const all = b.op('MatMul', [flat, b.op('Transpose', [flat], { perm: { kind: 'ints', value: [1, 0] } })]);
    const scores = b.op('Sub', [flat, b.op('MatMul', [b.op('Softmax', [all]), flat])]);
    b.output(b.op('MatMul', [scores, b.constant(floats(new Float32Array(256), [64, 4]))]), 'logits');
    expect(check(encode(b.build('mixing')), rules).faults[0]).toMatchObject({
      code: 'TOPIARY_GATE_SHAPE',
      expected: 'one open dimension',
      got: '2',
    });
  });

  it.each<[string, (b: GraphBuilder, x: string) => string]>([
    [
      'integers that a zero of the example is added to',
      (b, x) => {
        const zero = b.op('Cast', [b.op('Mul', [b.op('ReduceMax', [x]), b.scalar(0)])], { to: int(6) });
        const whole = b.op('Add', [b.constant(tensor('int32', [8, 1, 3, 3], numbers(72))), zero]);
        return b.op('Mul', [
          b.op('Cast', [b.op('Reshape', [whole, b.int64s([8, 1, 3, 3])])], { to: int(1) }),
          b.scalar(0.01),
        ]);
      },
    ],
    [
      'places in a table of few numbers',
      (b, x) => {
        const zero = b.op('Cast', [b.op('Mul', [b.op('ReduceMax', [x]), b.scalar(0)])], { to: int(7) });
        const places = b.op('Add', [b.int64s(Array.from({ length: 72 }, (_, i) => i % 4)), zero]);
        const flat = b.op('Gather', [
          b.constant(floats([-1, -0.5, 0.5, 1])),
          b.op('Reshape', [places, b.int64s([72])]),
        ]);
        return b.op('Reshape', [flat, b.int64s([8, 1, 3, 3])]);
      },
    ],
  ])('counts weights as parameters that are %s', (_, weight) => {
    const mixing = { ...rules, apart: false };
    const { facts } = check(encode(convolved(weight)), mixing);
    expect(codesOf(convolved(weight))).toContain('TOPIARY_GATE_BATCH');
    const plain = check(encode(convolved((b) => b.constant(floats(new Float32Array(72), [8, 1, 3, 3])))), rules);
    expect(plain.ok).toBe(true);
    expect(facts!.params).toBeGreaterThanOrEqual(plain.facts!.params);
  });
});

describe.skipIf(withoutSamples())('files that once got away with it', () => {
  const dense = rulesBeside(buildModel(ResnetTiny), 740_000, 500);

  it.each([
    ['mul8', 'TOPIARY_GATE_HIDDEN_MACS'],
    ['uncounted-work-3000-pow', 'TOPIARY_GATE_WORK'],
    ['onehot-dynamic', 'TOPIARY_GATE_NO_MACS'],
    ['constantofshape-fold-19k', 'TOPIARY_GATE_WORK'],
    ['pow-chain', 'TOPIARY_GATE_LIMIT'],
  ])('%s is refused: %s', (name, code) => {
    const verdict = check(readFileSync(sample('faults', `${name}.onnx`)), dense);
    expect(verdict.faults.map((fault) => fault.code)).toContain(code);
  });
});
