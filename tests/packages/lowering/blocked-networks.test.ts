/** Whole gradients in blocks beside the plain ones, parameter by parameter. */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import type { Graph, GraphBuilder } from '@topiary/onnx';
import { initialValues } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, MobilenetTiny, type Model, materialize, Resnet20, ResnetTiny, VggTiny } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BLOCKS, holdToPlain } from './_blocked.js';
import { blockedNodes } from './_emulate.js';
import { numbers } from './_support.js';

const gradientsOf = (graph: Graph, batch: number) => gradientGraph(graph, { loss: crossEntropy(), batch });

const picturesFor = (graph: Graph, batch: number) => {
  const next = numbers(3);
  const labels = Array.from({ length: batch }, (_, i) => i % 10);
  return classificationFeeds(graph, Float32Array.from({ length: batch * 3 * 32 * 32 }, next), labels);
};

describe.each(BLOCKS)('gradients in blocks of %i channels', (block) => {
  const smooth = (b: GraphBuilder, x: string): string => b.op('Gelu', [x]);
  // Without kinks every parameter's gradient must agree to rounding. 20 and 42 channels fill no blocks, 13 examples none.
  it.each([16, 13])('of a smooth network with pruned widths, batch %i', async (batch) => {
    const net = smallResnet(smooth, [20, 42]);
    const { graph, parameters } = gradientsOf(net, batch);
    const feeds = { ...initialValues(net, parameters), ...smallBatch(batch, 1) };
    const counts = await holdToPlain(graph, feeds, block, 2e-5);
    expect(counts['Conv']).toBeGreaterThan(9);
  });

  // A pre-activation near zero may fall on the other side of the kink; hence the tolerance.
  it.each([ResnetTiny, VggTiny, MobilenetTiny, Resnet20].map((model): [string, Model] => [model.id, model]))(
    'of %s',
    async (_id, model) => {
      const net = materialize(buildModel(model), 0);
      const { graph, parameters } = gradientsOf(net, 8);
      const feeds = { ...initialValues(net, parameters), ...picturesFor(net, 8) };
      await holdToPlain(graph, feeds, block, 5e-3);
    },
    30_000,
  );

  it('keep residual streams in blocks: pictures come in plain, and one mean leaves', () => {
    const { graph } = gradientsOf(materialize(buildModel(Resnet20), 0), 32);
    const lowered = lower(graph, { block });
    const changes = lowered.nodes.filter(({ name }) => /\/layout\//.test(name));
    expect(changes).toEqual([]);
    // One forward and two backward for each layer, but for the first, which has no gradient to hand on.
    expect(blockedNodes(lowered)['Conv']).toBeGreaterThanOrEqual(3 * 19 - 1);
  });
});
