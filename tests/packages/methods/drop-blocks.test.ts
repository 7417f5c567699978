/** Depth pruning on the real runtime: which blocks go, that nothing else changes, and that what is left trains on. */
import type { Target } from '@topiary/contracts';
import { type ProcedureContext, procedureOf } from '@topiary/methods';
import { floats, type Graph, toNumbers } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { graphOf, type Pipeline } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { buildModel, inMemory, materialize, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';
import { random } from '../../helpers/random.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const PIXELS = 3 * 32 * 32;
const SPLIT = inMemory({
  dims: [3, 32, 32],
  pixels: Uint8Array.from({ length: 24 * PIXELS }, (_, i) => ((i * 31) % 128) + 127 * (Math.floor(i / PIXELS) % 2)),
  labels: Uint8Array.from({ length: 24 }, (_, i) => i % 2),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});
const target = (value: number): Target => ({ axis: 'macs', value, label: `${value}x` });

/** Runs the procedure on a network whose blocks are worth what the test says, by their names. */
const droppedBy = async (graph: Graph, worth: Readonly<Record<string, number>>, speedup: number) => {
  const context = runContext(0, ['prune', 'finetune']);
  const seen: Pipeline[] = [];
  const milestone = async (_phase: string, pipeline: Pipeline): Promise<void> => {
    seen.push(pipeline);
  };
  const real = procedureFor({ graph, task: classifierTask(SPLIT, 10), context, milestone });
  const evaluate: ProcedureContext['evaluate'] = async (pipeline) => {
    // a shortcut's projection stays when its block goes
    const layers = [...graphOf(pipeline).initializers.keys()].filter((name) => !/shortcut|downsample/.test(name));
    const left = Object.entries(worth).filter(([block]) => layers.some((name) => name.startsWith(`${block}.`)));
    return { n: 1, values: { top1: left.reduce((sum, [, value]) => sum + value, 0) }, answers: null };
  };
  const recipe = fillRecipe(BOARD, { finetune: { steps: 2, batch: 4, lr: 0.001, weightDecay: 0 } });
  const request = { target: target(speedup), counter: 'published', recipe, params: { examples: 8 } } as const;
  const procedure = procedureOf({ procedure: 'drop-blocks' });
  expect(procedure.refuses(real.pipeline, request)).toBeNull();
  const outcome = await procedure.run({ ...real, evaluate }, request);
  return { outcome, pruned: graphOf(seen[0]!), losses: context.report.curves['loss']!.values };
};

const names = (graph: Graph): string[] => blocksOf(graph).map(({ name }) => name);

const output = async (graph: Graph) => {
  const next = random(3);
  const images = floats(Array.from({ length: 2 * PIXELS }, next), [2, 3, 32, 32]);
  return Object.values(await runOnnx(graph, { [graph.inputs[0]!.name]: images }))[0]!;
};

describe('drop-blocks', () => {
  it('takes the blocks of ViT-tiny that are worth least, until the target is reached', async () => {
    const graph = materialize(buildModel(modelOf('vit-tiny')), 0);
    const worth = { 'blocks.0': 20, 'blocks.1': 5, 'blocks.2': 9 };
    const { outcome, pruned, losses } = await droppedBy(graph, worth, 1.3);
    expect(names(pruned)).toEqual(['blocks.0', 'blocks.2']);
    expect(count(graph).published / count(pruned).published).toBeGreaterThanOrEqual(1.3);
    const expected = dropBlocks(graph, [blocksOf(graph)[1]!]);
    expect(relativeDistance(await output(pruned), await output(expected))).toBeLessThan(1e-5);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(names(graphOf(outcome.pipeline))).toEqual(['blocks.0', 'blocks.2']);
    expect(toNumbers(await output(graphOf(outcome.pipeline))).every(Number.isFinite)).toBe(true);
  });

  it('takes blocks of ResNet-18, and says when a target is out of reach', async () => {
    const graph = materialize(buildModel(modelOf('resnet18-cifar10')), 0);
    const worth = Object.fromEntries(names(graph).map((name, i) => [name, [9, 1, 8, 2, 7, 6, 5, 4][i]!]));
    const { outcome, pruned } = await droppedBy(graph, worth, 1.3);
    expect(names(pruned)).toEqual(names(graph).filter((_, i) => i !== 1 && i !== 3));
    // blocks are coarse: one is not enough, two are more than that
    const one = dropBlocks(graph, [blocksOf(graph)[1]!]);
    expect(count(graph).published / count(one).published).toBeLessThan(1.3);
    expect(outcome.flags).toEqual(['overshoot']);
    const far = await droppedBy(graph, worth, 900);
    expect([names(far.pruned), far.outcome.flags]).toEqual([[], ['undershoot']]);
  });

  it.each(['drop-blocks', 'prune-finetune'])('%s refuses a target on an axis that it does not cut by', (id) => {
    const procedure = procedureOf({ procedure: id });
    const { pipeline } = procedureFor({ graph: buildModel(modelOf('vit-tiny')), task: classifierTask(SPLIT, 10) });
    const params = { axis: 'params', value: 2, label: 'params:2x' };
    const request = { counter: 'published', recipe: fillRecipe(BOARD, {}), params: {} } as const;
    expect(procedure.refuses(pipeline, { ...request, target: params })).toMatch(/^target params:2x: .* on macs/);
    expect(procedure.refuses(pipeline, { ...request, target: target(2) })).toBeNull();
  });

  it('refuses a network without blocks and a recipe without a target', () => {
    const procedure = procedureOf({ procedure: 'drop-blocks' });
    const recipe = fillRecipe(BOARD, {});
    const pipelineOf = (id: string) =>
      procedureFor({ graph: buildModel(modelOf(id)), task: classifierTask(SPLIT, 10) }).pipeline;
    const request = { target: target(2), counter: 'published', recipe, params: {} } as const;
    expect(procedure.refuses(pipelineOf('vgg-tiny'), request)).toMatch(/no residual blocks/);
    expect(procedure.refuses(pipelineOf('vit-tiny'), { ...request, target: null })).toMatch(/no target/);
  });
});
