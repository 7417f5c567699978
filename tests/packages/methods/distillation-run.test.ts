/** A run with a distillation learns from the network before anything was done to it, and not from the one in training. */
import { procedureOf } from '@topiary/methods';
import { type Graph, withData } from '@topiary/onnx';
import { graphOf, single } from '@topiary/pipeline';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { inMemory } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const CLASS = 1;

/** Says the same class of every picture. */
const stubborn = (): Graph => {
  const graph = smallResnet();
  const data = Float32Array.from({ length: 5 }, (_, k) => (k === CLASS ? 1000 : 0));
  const bias = withData('linear.bias', { type: 'float32', dims: [5], data });
  return { ...graph, initializers: new Map(graph.initializers).set('linear.bias', bias) };
};

const SPLIT = inMemory({
  dims: [3, 9, 9],
  pixels: Uint8Array.from({ length: 40 * 243 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 5),
  mean: [0.5, 0.5, 0.5],
  std: [0.25, 0.25, 0.25],
});

/** How many of 25 pictures are of the teacher's class, by what a run makes of a network that has other opinions. */
const taught = async (kind: 'hard' | 'soft', teacher: Graph): Promise<number> => {
  const context = procedureFor({
    graph: smallResnet(),
    task: classifierTask(SPLIT, 5),
    context: runContext(0, ['sparsify', 'prune', 'finetune']),
  });
  const recipe = fillRecipe(BOARD, {
    criterion: 'magnitude-l2',
    finetune: { steps: 25, batch: 8, lr: 0.05, schedule: 'constant', distillation: kind, distillationWeight: 1 },
  });
  const target = { value: 1.5, label: '1.5x', axis: 'macs' };
  const request = { target, counter: 'published', recipe, params: {} } as const;
  const { pipeline } = await procedureOf(recipe).run({ ...context, base: single(teacher) }, request);
  const batch = smallBatch(25, 77);
  const labels = { ...batch['labels']!, data: new Int32Array(25).fill(CLASS) };
  const { correct } = await evaluate(graphOf(pipeline), [{ ...batch, labels }], { provider: 'cpu', threads: 1 });
  return correct.reduce((sum, hit) => sum + hit, 0);
};

it.each(['hard', 'soft'] as const)('what the teacher says is learned, whatever the labels are: %s', async (kind) => {
  expect(await taught(kind, stubborn())).toBe(25);
  expect(await taught(kind, smallResnet())).toBeLessThan(10);
});
