/** Files with the operators of ordinary exports: imported, pruned, run and counted again, or refused with the cure. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { isTopiaryError } from '@topiary/errors';
import { standard } from '@topiary/lowering';
import { decode, elements, encode, floats, type Graph, type Tensor, toNumbers } from '@topiary/onnx';
import { count, createBuilder } from '@topiary/ops';
import { applyPlan, findGroups, plan, type Scores } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { chance, noise, zeroed } from './small-nets.js';

const file = (name: string): Uint8Array => readFileSync(sample('faults', `${name}.onnx`));

const feedsOf = (graph: Graph): Record<string, Tensor> => {
  const { name, shape } = graph.inputs[0]!;
  const dims = [2, ...shape.slice(1).map(Number)];
  const next = noise(3);
  return {
    [name]: floats(
      Array.from({ length: elements(dims) }, () => next()),
      dims,
    ),
  };
};

const closest = (a: Record<string, Tensor>, b: Record<string, Tensor>): number => {
  const [name] = Object.keys(b) as [string];
  return relativeDistance(a[name]!, b[name]!);
};

describe.skipIf(withoutSamples())('files that exporters wrote', () => {
  it.each(['op_einsum', 'op_elu', 'op_ge', 'op_leaky', 'op_prelu', 'op_ps', 'op_softplus'])('%s', async (name) => {
    const graph = canonicalize(decode(file(name)));
    const feeds = feedsOf(graph);
    expect(closest(await runOnnx(graph, feeds), await runOnnx(file(name), feeds)), 'canonical').toBeLessThan(1e-5);
    expect(canonicalize(graph).nodes, 'canonical twice').toEqual(graph.nodes);

    const found = findGroups(graph);
    const next = noise(7);
    const scores: Scores = new Map(
      found.groups.map(({ id, channels }) => [id, Float64Array.from({ length: channels }, () => 2 + next())]),
    );
    for (const scope of ['local', 'global'] as const) {
      const chosen = plan(found, scores, { target: { value: 2, counter: 'published' }, scope });
      const bytes = encode(standard(applyPlan(graph, found, chosen).graph));
      const recount = count(canonicalize(decode(bytes)));
      expect([recount.params, recount.pure, recount.published], scope).toEqual([
        chosen.params.left,
        chosen.macs.pure.left,
        chosen.macs.published.left,
      ]);
      const [output] = Object.values(await runOnnx(bytes, feeds));
      expect(toNumbers(output!).every(Number.isFinite), scope).toBe(true);
    }

    const kept = chance(found, 5);
    const narrow = await runOnnx(applyPlan(graph, found, { kept }).graph, feeds);
    expect(closest(narrow, await runOnnx(zeroed(graph, found, kept), feeds)), 'zeroed').toBeLessThan(1e-5);
  });

  it('a recurrent layer is refused by its name, with what to write instead', () => {
    const failure = (() => {
      try {
        return canonicalize(decode(file('op_lstm')));
      } catch (error) {
        return error;
      }
    })();
    if (!isTopiaryError(failure)) throw failure;
    expect([failure.code, failure.details.got]).toEqual(['TOPIARY_OPS_UNKNOWN_OPERATOR', 'LSTM']);
    expect(failure.details.cure).toContain('LSTMCell');
  });
});

it.each(['QuantizeLinear', 'DequantizeLinear', 'GRU', 'NonMaxSuppression'])('%s is refused with a cure', (op) => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 4]);
  expect(() => b.op(op, [x])).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ got: op, cure: expect.stringMatching(/export/i) }) }),
  );
});
