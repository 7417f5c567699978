/** Networks that other people exported, pruned to 2x and run. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, elements, encode, floats, type Graph, type Tensor, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, type Dependencies, findGroups, plan, planRatio, planSteps, type Scores } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { magnitudes } from './foreign-file.js';
import { chance, noise, zeroed } from './small-nets.js';

const zeros = ({ groups }: Dependencies): Scores =>
  new Map(groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

const read = (...file: string[]): Graph => canonicalize(decode(readFileSync(sample(...file))));

const picture = (graph: Graph, batch = 2): Record<string, Tensor> => {
  const { name, shape } = graph.inputs[0]!;
  const dims = [batch, ...shape.slice(1).map(Number)];
  const next = noise(11);
  return {
    [name]: floats(
      Array.from({ length: elements(dims) }, () => next()),
      dims,
    ),
  };
};

describe.skipIf(withoutSamples())('exported networks', () => {
  // Torch-Pruning's sizes are for 1000 classes; these files have 10: 990 rows of the classifier less
  it.each([
    ['resnet18', 3_055_880 - 990 * 257],
    ['mobilenet_v2', 1_221_768 - 990 * 641],
    ['densenet121', 2_274_728 - 990 * 513],
    ['efficientnet_b0', 1_701_446 - 990 * 641],
  ])('%s at ratio 0.5 keeps %i parameters', (name, params) => {
    const found = findGroups(read('exports', `${name}.onnx`));
    expect(planRatio(found, zeros(found), 0.5, { scope: 'local' }).params.left).toBe(params);
  });

  it.each([
    ['exports', 'resnet18'],
    ['exports', 'mobilenet_v2'],
    ['exports', 'densenet121'],
    ['exports', 'efficientnet_b0'],
    ['exports', 'convnext_nano'],
    ['exports', 'vit_tiny'],
    ['exports', 'swin_nano'],
    ['weights', 'resnet20-cifar10'],
    ['weights', 'resnet56-cifar10'],
  ])('%s/%s pruned to 2x runs, and its file counts what was planned', async (folder, name) => {
    const graph = read(folder, `${name}.onnx`);
    const found = findGroups(graph);
    expect(found.fixed.length).toBe(1);
    const target = { value: 2, counter: 'published' } as const;
    const chosen = plan(found, magnitudes(graph, found), { target, scope: 'local' });
    expect(chosen.achieved).toBeGreaterThanOrEqual(2);
    expect(chosen.achieved).toBeLessThanOrEqual(2.06);
    const bytes = encode(standard(applyPlan(graph, found, chosen).graph));
    const recount = count(canonicalize(decode(bytes)));
    expect([recount.params, recount.pure, recount.published]).toEqual([
      chosen.params.left,
      chosen.macs.pure.left,
      chosen.macs.published.left,
    ]);
    for (const output of Object.values(await runOnnx(bytes, picture(graph)))) {
      expect(toNumbers(output).every(Number.isFinite)).toBe(true);
    }
  });

  it.each([
    ['weights', 'resnet20-cifar10'],
    ['exports', 'densenet121'],
    ['exports', 'efficientnet_b0'],
  ])('%s/%s cut by chance equals the full network with zeros', async (folder, name) => {
    const graph = read(folder, `${name}.onnx`);
    const found = findGroups(graph);
    const kept = chance(found, 5);
    const cut = applyPlan(graph, found, { kept }).graph;
    const [narrow, full] = [
      await runOnnx(cut, picture(graph)),
      await runOnnx(zeroed(graph, found, kept), picture(graph)),
    ];
    const output = graph.outputs[0]!.name;
    expect(relativeDistance(narrow[output]!, full[output]!)).toBeLessThan(1e-3);
  });

  it('takes whole heads out of a vision transformer when asked to', async () => {
    const graph = read('exports', 'vit_tiny.onnx');
    const found = findGroups(graph, { heads: true });
    expect(found.groups.filter(({ kind }) => kind === 'head').map(({ channels }) => channels)).toEqual([3, 3, 3, 3]);
    const cut = applyPlan(graph, found, planRatio(found, zeros(found), 0.4, { scope: 'local' }));
    const output = Object.values(await runOnnx(cut.graph, picture(graph)))[0]!;
    expect(toNumbers(output).every(Number.isFinite)).toBe(true);
  });

  it('finds the three stages of a CIFAR ResNet as strata of one stream', () => {
    const found = findGroups(read('weights', 'resnet56-cifar10.onnx'));
    const [stream, ...inner] = found.groups;
    expect([stream!.id, stream!.channels]).toEqual(['conv1', 64]);
    expect(stream!.strata.map(({ channels }) => channels.length)).toEqual([16, 16, 32]);
    expect(inner.map(({ channels }) => channels)).toEqual([16, 32, 64].flatMap((n) => new Array(9).fill(n)));
    // a channel of the first stage is in all three: 8 channels in from the left, then 24
    const at = (initializer: string) => {
      const member = stream!.members.find((m) => m.initializer === initializer && m.axis === 0)!;
      return Array.from(member.positions.subarray(member.offsets[3]!, member.offsets[4]!));
    };
    expect(['conv1.weight', 'layer2.0.conv2.weight', 'layer3.8.conv2.weight'].map(at)).toEqual([[3], [11], [27]]);
  });

  it('crosses a target in steps on a real network', async () => {
    const graph = read('weights', 'resnet20-cifar10.onnx');
    const found = findGroups(graph);
    const options = { target: { value: 2, counter: 'published' } as const, scope: 'global' as const, protection: 0.1 };
    let estimates = 0;
    let last = 0;
    for await (const { plan: now } of planSteps(found, {
      ...options,
      estimates: 4,
      score: ({ graph: narrow, dependencies }) => {
        estimates += 1;
        return magnitudes(narrow, dependencies);
      },
    })) {
      last = now.achieved;
      applyPlan(graph, found, now);
    }
    expect(estimates).toBeGreaterThan(2);
    expect(last).toBeGreaterThanOrEqual(2);
    expect(last).toBeLessThan(2.06);
  });
});
