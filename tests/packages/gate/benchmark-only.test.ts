/** Networks that would be right or fast for the benchmark alone: for its batch, its order, its names. */
import { check, rulesBeside } from '@topiary/gate';
import { encode, floats, type Graph, type GraphBuilder, int, int64s, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../helpers/tiny-model.js';

const base = materialize(tinyModel(), 0);
const rules = rulesBeside(base, encode(base).length, 64);

/** Logits of a linear layer, changed by what the caller makes of the pictures. */
const network = (body: (b: GraphBuilder, x: string, logits: string) => string): Graph => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 1, 8, 8]);
  const weight = Float32Array.from({ length: 256 }, (_, i) => Math.sin(i));
  const logits = b.op('MatMul', [b.op('Flatten', [x]), b.constant(floats(weight, [64, 4]))]);
  b.output(body(b, x, logits), 'logits');
  return b.build('canary');
};
const codes = (graph: Graph) => check(encode(graph), rules).faults.map(({ code }) => code);

const CANARIES: Readonly<Record<string, (b: GraphBuilder, x: string, logits: string) => string>> = {
  'right at one size of the batch, which it asks for': (b, x, logits) => {
    const size = b.op('Cast', [b.op('Gather', [b.op('Shape', [x]), b.constant(int64s([0]))])], { to: int(1) });
    const right = b.op('Cast', [b.op('Equal', [size, b.scalar(64)])], { to: int(1) });
    return b.op('Mul', [logits, right]);
  },
  'right at one size of the batch, which it counts': (b, _x, logits) => {
    const ones = b.op('Add', [b.op('Mul', [logits, b.scalar(0)]), b.scalar(0.25)]);
    const size = b.op('ReduceSum', [ones], { keepdims: int(0) });
    const right = b.op('Cast', [b.op('Greater', [size, b.scalar(63.5)])], { to: int(1) });
    return b.op('Mul', [logits, right]);
  },
  'better with the pictures around it': (b, _x, logits) =>
    b.op('Sub', [logits, b.op('ReduceMean', [logits, b.int64s([0])], { keepdims: int(1) })]),
  'slow only in large batches': (b, x, logits) => {
    const flat = b.op('Flatten', [x]);
    const pairs = b.op('Softmax', [b.op('MatMul', [flat, b.op('Transpose', [flat], { perm: ints([1, 0]) })])]);
    return b.op('MatMul', [pairs, logits]);
  },
};

describe('a network that is', () => {
  it.each(Object.keys(CANARIES))('%s is refused', (name) => {
    const found = codes(network(CANARIES[name]!));
    expect(
      found.some((code) => ['TOPIARY_GATE_BATCH', 'TOPIARY_GATE_SHAPE'].includes(code)),
      found.join(),
    ).toBe(true);
  });

  it('named as the benchmark likes is the same network: names, comments and metadata say nothing', () => {
    const plain = network((_b, _x, logits) => logits);
    const renamed: Graph = {
      ...plain,
      name: 'shapes32 test split',
      metadata: { dataset: 'shapes32', batch: '64' },
      nodes: plain.nodes.map((node, i) => ({ ...node, name: `fc_${i}_test_only` })),
    };
    const [a, b] = [check(encode(plain), rules), check(encode(renamed), rules)];
    expect([a.ok, b.ok]).toEqual([true, true]);
    expect({ ...b.facts, bytes: 0 }).toEqual({ ...a.facts, bytes: 0 });
  });
});
