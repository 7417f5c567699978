/** A process that says what is not so is not believed. */
import { canonicalize } from '@topiary/canonical';
import { check } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { decode, encode } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { recheck, recheckFile, rulesFor } from '../../../workers/evaluator/src/stages/recheck.js';
import { honest } from '../../helpers/hostile.js';
import { network } from '../../packages/pruning/small-nets.js';

const [base, upload] = [honest(16), honest(8)];
const rules = rulesFor(base, 64);
const facts = check(upload, rules).facts!;

describe('what comes back from the process of an upload', () => {
  it('is taken where it agrees, with the weights as they are read here', () => {
    const { weights, ...own } = recheck(upload, rules, { facts, weights: [{ name: 'made up', dims: [1] }] });
    expect(own.facts).toEqual(facts);
    const graph = canonicalize(decode(upload));
    expect(weights.map(({ name }) => name)).toEqual([...graph.initializers.keys()]);
  });

  it('is refused where it says fewer multiply-accumulates than there are', () => {
    const said = { facts: { ...facts, macs: { pure: 1, published: 1 } }, weights: [] };
    expect(() => recheck(upload, rules, said)).toThrow(expect.objectContaining({ code: 'TOPIARY_SANDBOX_FORGED' }));
  });

  it('is refused where the file that comes back is another network, and written anew where it is not', () => {
    expect(() => recheckFile(base, rules, facts)).toThrow(expect.objectContaining({ code: 'TOPIARY_SANDBOX_FORGED' }));
    expect(() => recheckFile(upload.subarray(0, 500), rules, facts)).toThrow(
      expect.objectContaining({ code: 'TOPIARY_GATE_MALFORMED' }),
    );
    expect(recheckFile(upload, rules, facts)).toEqual(encode(canonicalize(decode(upload))));
  });

  it('is written in operators that others read', () => {
    const silu = network(['N', 3, 8, 8], (x, nn, b) =>
      nn.head(b.op('Silu', [nn.conv(x, 'conv', 4)], {}, { domain: 'topiary' }), 10),
    );
    const file = encode(standard(silu));
    const own = rulesFor(file, 64);
    const written = decode(recheckFile(file, own, check(file, own).facts!));
    expect(written.nodes.map(({ op }) => op)).toEqual([
      'Conv',
      'Sigmoid',
      'Mul',
      'GlobalAveragePool',
      'Flatten',
      'Gemm',
    ]);
  });
});
