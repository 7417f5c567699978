/** A diffusion transformer under the suite: every criterion that its loss allows cuts it, and what is left runs. */
import { parseTarget } from '@topiary/contracts';
import { lacksOf, prune } from '@topiary/methods';
import { METHODS } from '@topiary/methods/catalogue';
import { dataOf, type Graph } from '@topiary/onnx';
import { graphOf, merge, pipelineCosts, single } from '@topiary/pipeline';
import { applyPlan, blocksOf, dropBlocks, findGroups } from '@topiary/pruning';
import { infer } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { DitTiny } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { diffusionTask, tinyDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';
import { feedsFor } from '../zoo/denoiser-feeds.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = tinyDenoiser(0, 0.1);
const GRAPH = graphOf(base);

const lacks = lacksOf(GRAPH);
const CRITERIA = METHODS.filter(
  ({ kind, requires }) => kind === 'criterion' && !requires.some((trait) => lacks.includes(trait)),
).map(({ id }) => id);

const pruned = (criterion: string, target: string, change: Readonly<Record<string, unknown>> = {}) => {
  const context = procedureFor({ graph: GRAPH, task: diffusionTask({ base }), context: runContext(0) });
  const recipe = fillRecipe(BOARD, { criterion, prune: { steps: 2, batches: 1, ...change } });
  return prune(
    context,
    { pipeline: single(GRAPH), recipe, target: parseTarget(target), counter: 'pure' },
    () => undefined,
  );
};

const runs = async (graph: Graph): Promise<void> => {
  const { noise } = await infer(graph, feedsFor(DitTiny, 3));
  expect(noise!.dims).toEqual([3, 1, 16, 16]);
  expect((noise!.data as Float32Array).every(Number.isFinite)).toBe(true);
};

describe('a diffusion transformer', () => {
  it('is one group of width, one of what is told of time and class, and heads and hidden layers of every block', () => {
    const ids = findGroups(GRAPH, { heads: true }).groups.map(({ id }) => id);
    const blocks = Array.from({ length: 12 }, (_, i) => i);
    expect(ids.sort()).toEqual(
      [
        ...['x_embedder.proj', 't_embedder.mlp.0', 't_embedder.mlp.2'],
        ...blocks.flatMap((i) => [`blocks.${i}.attn.qkv.heads`, `blocks.${i}.attn.qkv`, `blocks.${i}.mlp.fc1`]),
      ].sort(),
    );
  });

  it.each(CRITERIA)('%s cuts it at 1.5x with a network that runs', async (id) => {
    const { pipeline, plan } = await pruned(id, '1.5x');
    expect(plan.achieved).toBeGreaterThanOrEqual(1.5);
    expect(pipelineCosts(base, 'pure').macs / pipelineCosts(pipeline, 'pure').macs).toBeCloseTo(plan.achieved, 3);
    await runs(graphOf(pipeline));
  });

  it.each(['local', 'global', 'isomorphic'])('is cut at 2x in scope %s', async (scope) => {
    const recipe = fillRecipe(BOARD, { criterion: 'magnitude-l2', scope: scope as 'local' });
    const context = procedureFor({ graph: GRAPH, task: diffusionTask({ base }) });
    const request = { pipeline: single(GRAPH), recipe, target: parseTarget('2x'), counter: 'pure' } as const;
    const { pipeline, plan } = await prune(context, request, () => undefined);
    expect(plan.achieved).toBeGreaterThanOrEqual(2);
    await runs(graphOf(pipeline));
  });

  it('is shifted, scaled and gated by the same six parts of a condition when its width is cut', () => {
    const found = findGroups(GRAPH);
    const width = found.groups.find(({ id }) => id === 'x_embedder.proj')!;
    const kept = Int32Array.from({ length: 40 }, (_, i) => Math.floor((i * 64) / 40));
    const { graph } = applyPlan(GRAPH, found, { kept: new Map([[width.id, kept]]) });
    const name = 'blocks.5.adaLN_modulation.1.weight';
    const [before, after] = [GRAPH, graph].map((one) => one.initializers.get(name)!);
    // what is told keeps its own width; every one of its six outputs is as wide as a token
    expect([before!.dims, after!.dims]).toEqual([
      [64, 6 * 64],
      [64, 6 * 40],
    ]);
    const [old, fresh] = [dataOf(before!) as Float32Array, dataOf(after!) as Float32Array];
    for (let row = 0; row < 64; row += 7)
      for (let part = 0; part < 6; part += 1)
        for (const [at, channel] of kept.entries())
          expect(fresh[row * 240 + part * 40 + at]).toBe(old[row * 384 + part * 64 + channel]);
  });

  it('has twelve blocks that can be dropped, and without half of them it costs half', async () => {
    const blocks = blocksOf(merge(base));
    expect(blocks.length).toBe(12);
    const half = dropBlocks(
      GRAPH,
      blocks.filter((_, i) => i % 2 === 1),
    );
    await runs(half);
    const costs = pipelineCosts(single(half), 'pure').macs / pipelineCosts(base, 'pure').macs;
    expect(costs).toBeGreaterThan(0.49);
    expect(costs).toBeLessThan(0.51);
  });
});
