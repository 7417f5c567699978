/** The toy procedure on the real runtime: it pins what a procedure may ask for. */
import { procedureOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { graphOf, type Pipeline } from '@topiary/pipeline';
import { infer } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { buildModel, inMemory, materialize, ResnetTiny } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const PIXELS = 3 * 32 * 32;
/** Two classes that differ in brightness: learnt in a few steps. */
const SPLIT = inMemory({
  dims: [3, 32, 32],
  pixels: Uint8Array.from({ length: 40 * PIXELS }, (_, i) => ((i * 31) % 128) + 127 * (Math.floor(i / PIXELS) % 2)),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});

const widths = (graph: Graph) =>
  [...graph.initializers.values()].filter(({ dims }) => dims.length === 4).map(({ dims }) => dims[0]!);

it('halves every width but the classifier, trains on, and hands back a network that runs', async () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const context = runContext(0, ['prune', 'finetune']);
  const seen: [string, Pipeline][] = [];
  const milestone = async (phase: string, pipeline: Pipeline): Promise<void> => {
    seen.push([phase, pipeline]);
  };
  const toy = procedureOf({ procedure: 'toy-halve' });
  const recipe = fillRecipe(BOARD, { finetune: { steps: 6, batch: 8, lr: 0.01, weightDecay: 0 } });
  const given = procedureFor({ graph, task: classifierTask(SPLIT, 10), context, milestone });
  const { pipeline, widths: told } = await toy.run(given, { target: null, counter: 'published', recipe, params: {} });
  const small = graphOf(pipeline);
  expect(widths(small)).toEqual(widths(graph).map((width) => width / 2));
  const narrowed = told!.filter(({ before, after }) => after < before);
  expect(narrowed.length).toBeGreaterThan(5);
  expect(narrowed.every(({ before, after }) => after === before / 2)).toBe(true);
  expect(seen.map(([phase]) => phase)).toEqual(['pruned']);
  expect(graphOf(seen[0]![1])).not.toBe(small);
  const losses = context.report.curves['loss']!.values;
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  expect(Object.keys(context.report.seconds)).toEqual(['prune', 'finetune']);
  const input = { type: 'float32', dims: [2, 3, 32, 32], data: new Float32Array(2 * PIXELS).fill(0.3) } as const;
  const { logits } = await infer(small, { [small.inputs[0]!.name]: input });
  expect(logits!.dims).toEqual([2, 10]);
  expect(logits!.data.every(Number.isFinite)).toBe(true);
});

it('has no way to the test split', async () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const { task, pipeline } = procedureFor({ graph, task: classifierTask(SPLIT, 10) });
  const request = { from: 'test' as 'train', batch: 1, steps: 1, seed: 0 };
  expect(() => task.batches(pipeline, request)).toThrow(/the test split/);
  expect('evaluate' in task).toBe(false);
});
