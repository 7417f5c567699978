/** A weight that several layers read is one parameter: counted once, cut in all its uses alike. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, encode, floats, type Graph, int, ints } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, findGroups, type Plan, planRatio, planSteps } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { magnitudes } from './foreign-file.js';
import { chance, network, noise, zeroed } from './small-nets.js';

const picture = (...dims: number[]) => {
  const next = noise(3);
  return floats(
    Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => next()),
    dims,
  );
};

/** A convolution called twice in a row, and one called on two branches that meet. */
const twice = (): Graph =>
  network(['N', 3, 8, 8], (x, nn, b) => {
    const attributes = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]), group: int(1) };
    const again = (input: string, name: string) =>
      b.op('Conv', [input, `${name}.weight`, `${name}.bias`], attributes, { name: `${name}_1` });
    const stem = nn.relu(nn.conv(x, 'stem', 8));
    const first = nn.relu(nn.conv(stem, 'row', 8, { bias: true }));
    const second = nn.relu(again(first, 'row'));
    const [left, right] = [nn.relu(nn.conv(second, 'left', 6)), nn.relu(nn.conv(second, 'right', 6))];
    const branch = nn.conv(left, 'branch', 10, { bias: true });
    return nn.head(nn.relu(b.op('Concat', [branch, again(right, 'branch')], { axis: int(1) })), 5);
  });

describe('a shared weight', () => {
  it('puts everything that meets it into one group, and is listed once', () => {
    const found = findGroups(twice());
    expect(found.groups.map(({ id, channels }) => `${id} ${channels}`)).toEqual(['stem 8', 'left 6', 'branch 10']);
    const [stem, left] = found.groups;
    const places = (g: typeof stem) => g!.members.map(({ initializer, axis }) => `${initializer}[${axis}]`);
    expect(places(stem)).toEqual(
      expect.arrayContaining(['stem.weight[0]', 'row.weight[0]', 'row.weight[1]', 'row.bias[0]', 'left.weight[1]']),
    );
    expect(places(left)).toEqual(['left.weight[0]', 'right.weight[0]', 'branch.weight[1]']);
    expect(found.makers.map(({ initializer }) => initializer)).toEqual([
      'stem.weight',
      'row.weight',
      'left.weight',
      'right.weight',
      'branch.weight',
      'fc.weight',
    ]);
  });

  it('is cut with the same indices wherever it is read', async () => {
    const graph = twice();
    const found = findGroups(graph);
    for (const seed of [1, 2, 3]) {
      const kept = chance(found, seed);
      const cut = applyPlan(graph, found, { kept }).graph;
      const feeds = { x: picture(2, 3, 8, 8) };
      const output = graph.outputs[0]!.name;
      const [narrow, full] = [await runOnnx(cut, feeds), await runOnnx(zeroed(graph, found, kept), feeds)];
      expect(relativeDistance(narrow[output]!, full[output]!)).toBeLessThan(1e-5);
      expect([...cut.initializers.keys()]).toEqual([...graph.initializers.keys()]);
    }
  });

  it('stays one while a target is crossed in steps, each on the network that the step before left', async () => {
    const graph = twice();
    const found = findGroups(graph);
    const states: number[] = [];
    let last: Plan | null = null;
    for await (const { plan } of planSteps(found, {
      target: { value: 2, counter: 'pure' },
      estimates: 6,
      score: ({ graph: narrow, dependencies }) => {
        states.push(narrow.initializers.get('row.weight')!.dims[1]!);
        return magnitudes(narrow, dependencies);
      },
    })) {
      last = plan;
    }
    expect(states.length).toBeGreaterThan(2);
    expect(last!.achieved).toBeGreaterThanOrEqual(2);
    const { graph: cut } = applyPlan(graph, found, last!);
    expect(count(cut).params).toBe(last!.params.left);
    const [out, inner] = cut.initializers.get('row.weight')!.dims;
    expect(out).toBe(inner);
  });

  it('may be a table that several layers look up: its channels are those of all of them', async () => {
    const graph = network(['N', 6, 4], (x, nn, b) => {
      const table = nn.weight('offsets', [5, 8]);
      const places = b.int64s([0, 1, 2, 3, 4, 0]);
      const first = b.op('Add', [nn.dense(x, 'first', 8), b.op('Gather', [table, places], { axis: int(0) })]);
      const second = nn.dense(b.op('Relu', [first]), 'second', 8);
      return nn.dense(b.op('Add', [second, b.op('Gather', [table, places], { axis: int(0) })]), 'head', 3);
    });
    const plain = canonicalize(graph);
    expect(count(plain).params).toBe(count(graph).params);
    const found = findGroups(plain);
    expect(found.groups.map(({ id, channels }) => `${id} ${channels}`)).toEqual(['first 8']);
    const kept = chance(found, 4);
    const { graph: cut } = applyPlan(plain, found, { kept });
    expect(cut.initializers.get('offsets')!.dims).toEqual([5, kept.get('first')!.length]);
    const feeds = { x: picture(2, 6, 4) };
    const [narrow, full] = [await runOnnx(cut, feeds), await runOnnx(zeroed(plain, found, kept), feeds)];
    const output = plain.outputs[0]!.name;
    expect(relativeDistance(narrow[output]!, full[output]!)).toBeLessThan(1e-5);
  });

  it('stays one through a file and back', () => {
    const graph = canonicalize(decode(encode(twice())));
    const again = canonicalize(decode(encode(graph)));
    expect(count(graph).params).toBe(count(twice()).params);
    expect(again.nodes).toEqual(graph.nodes);
  });
});

describe.skipIf(withoutSamples())('a convolution that PyTorch called twice', () => {
  // Torch-Pruning leaves 1,834 at ratio 0.5; there each of the two other convolutions has a BatchNorm of two numbers a
  // channel, which the exporter folded into a bias of one: 8 + 12 less
  it('has the parameters of its file, and at ratio 0.5 those that Torch-Pruning leaves', async () => {
    const graph = canonicalize(decode(readFileSync(sample('faults', 'shared_conv.onnx'))));
    expect(count(graph).params).toBe(6498);
    const found = findGroups(graph);
    const scores = new Map(found.groups.map(({ id, channels }) => [id, new Float64Array(channels)]));
    const half = planRatio(found, scores, 0.5, { scope: 'local' });
    expect(half.params).toEqual({ base: 6498, left: 1834 - 8 - 12 });
    const { graph: cut } = applyPlan(graph, found, half);
    expect(count(cut).params).toBe(1814);
    const { '28': logits } = await runOnnx(cut, { input: picture(2, 3, 16, 16) });
    expect(logits!.dims).toEqual([2, 10]);
  });
});
