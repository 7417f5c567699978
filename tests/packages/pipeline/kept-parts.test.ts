/** Parts that are kept run as they are: they are neither cut, trained nor counted, and their values are still checked. */
import type { Graph } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import {
  assertPipeline,
  type Call,
  merge,
  type Pipeline,
  pipelineCosts,
  play,
  portsOf,
  split,
} from '@topiary/pipeline';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';

/** y = relu(x W) V */
const network = (name: string, from: number, hidden: number, to: number): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', from]);
  const weight = (w: string, dims: readonly [number, number]) =>
    b.parameter(`${name}.${w}`, dims, { rule: 'kaiming-normal', fan: dims[0] });
  const y = b.op('MatMul', [
    b.op('Relu', [b.op('MatMul', [x, weight('W', [from, hidden])])]),
    weight('V', [hidden, to]),
  ]);
  b.output(y, 'y');
  return materialize(b.build(name), 5);
};

const call = (part: string, from: string, to: string): Call => ({ part, in: { x: from }, out: { y: to }, lane: 0 });
const [encoder, decoder] = [network('encoder', 4, 6, 3), network('decoder', 3, 10, 2)];
const pipeline = (kept: boolean): Pipeline => ({
  parts: new Map([
    ['encoder', { graph: encoder, ports: portsOf(encoder) }],
    ['decoder', { graph: decoder, ports: portsOf(decoder), kept }],
  ]),
  schedule: {
    given: ['in'],
    results: ['out'],
    stretches: [{ steps: null, calls: [call('encoder', 'in', 'mid'), call('decoder', 'mid', 'out')] }],
  },
});

describe('a part that is kept', () => {
  it('costs nothing; what is left over is one graph with the names that it has', () => {
    // 4 · 6 + 6 · 3, and 3 · 10 + 10 · 2 beside it
    expect(pipelineCosts(pipeline(true), 'pure')).toMatchObject({ params: 42, macs: 42 });
    expect(pipelineCosts(pipeline(false), 'pure')).toMatchObject({ params: 92, macs: 92 });
    expect(merge(pipeline(true))).toBe(encoder);
    expect(merge(pipeline(false)).inputs.map(({ name }) => name)).toEqual(['encoder/x', 'decoder/x']);
  });

  it('stays as it is when the others are cut, and runs behind them', async () => {
    const whole = pipeline(true);
    const dependencies = findGroups(merge(whole));
    const scores = new Map(
      dependencies.groups.map(({ id, channels }) => [id, new Float64Array(channels).map((_, i) => i)]),
    );
    const { graph } = applyPlan(encoder, dependencies, planRatio(dependencies, scores, 0.5));
    const cut = split(graph, whole);
    assertPipeline(cut);
    expect(cut.parts.get('decoder')).toEqual(whole.parts.get('decoder'));
    expect(pipelineCosts(cut, 'pure').params).toBe(21);
    const dims = [1, 4];
    const given = { in: { type: 'float32', dims, data: Float32Array.of(1, -2, 3, 0.5) } } as const;
    const played = await play(cut, (part, feeds) => runOnnx(cut.parts.get(part)!.graph, feeds)).step(given);
    expect(played['out']!.dims).toEqual([1, 2]);
  });

  it('is still checked: what it reads has to fit', () => {
    const other = network('decoder', 5, 10, 2);
    const whole = pipeline(true);
    const parts = new Map(whole.parts).set('decoder', { graph: other, ports: portsOf(other), kept: true });
    expect(() => assertPipeline({ ...whole, parts })).toThrow(
      expect.objectContaining({ code: 'TOPIARY_PIPELINE_PORT' }),
    );
  });
});
