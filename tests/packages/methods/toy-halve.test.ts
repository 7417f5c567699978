/** The toy procedure, run by a context on the real runtime: it pins what a procedure may ask for. */
import { createHash } from 'node:crypto';
import { methodOf, type ProcedureContext } from '@topiary/methods';
import { encode, type Graph } from '@topiary/onnx';
import { classificationFeeds, infer, Trainer, train } from '@topiary/runtime';
import { buildModel, materialize, ResnetTiny, randomFrom } from '@topiary/zoo';
import { expect, it } from 'vitest';

const PIXELS = 3 * 32 * 32;

/** Two classes that differ in brightness: learnt in a few steps. */
const batchOf = (graph: Graph, batch: number, step: number) => {
  const random = randomFrom(`toy/${step}`);
  const labels = Array.from({ length: batch }, (_, i) => i % 2);
  const images = new Float32Array(batch * PIXELS);
  for (let i = 0; i < images.length; i += 1) images[i] = random.between(-1, 1) + labels[Math.floor(i / PIXELS)]!;
  return classificationFeeds(graph, images, labels);
};

const contextOn = (model: Graph, seen: string[]): ProcedureContext => ({
  model,
  data: { batches: (batch) => (step) => batchOf(model, batch, step) },
  rng: () => 0,
  train: async (graph, feeds, options) => {
    const trainer = await Trainer.create(graph, options);
    const { losses } = await train(trainer, { ...options, batch: feeds });
    seen.push(`loss fell: ${losses.at(-1)! < losses[0]!}`);
    const trained = trainer.export();
    await trainer.release();
    return trained;
  },
  infer,
  collect: async () => new Map(),
  store: async (artefact) => {
    if (artefact.kind !== 'model') throw new Error('a model was expected');
    return createHash('sha256').update(encode(artefact.graph)).digest('hex');
  },
  stage: async (id, body) => {
    const shares: number[] = [];
    const result = await body((share) => shares.push(share));
    seen.push(`${id} ${shares.at(-1) ?? '-'}`);
    return result;
  },
  signal: new AbortController().signal,
});

it('halves every width but the classifier, trains on, and hands back a network that runs', async () => {
  const model = materialize(buildModel(ResnetTiny), 0);
  const seen: string[] = [];
  const toy = methodOf('procedure', 'toy-halve');
  const { model: small, artefacts } = await toy.run(contextOn(model, seen), {
    target: { axis: 'macs', value: 2, label: '2x' },
    params: {},
    finetune: { steps: 6, batch: 8, lr: 0.01, momentum: 0.9, weightDecay: 0 },
  });
  expect(seen).toEqual(['prune -', 'loss fell: true', 'finetune 1']);
  expect(artefacts[0]).toMatch(/^[0-9a-f]{64}$/);

  const widths = (graph: Graph) =>
    [...graph.initializers.values()].filter(({ dims }) => dims.length === 4).map(({ dims }) => dims[0]!);
  expect(widths(small)).toEqual(widths(model).map((width) => width / 2));
  const { logits } = await infer(small, { input: batchOf(small, 2, 0)['input']! });
  expect(logits!.dims).toEqual([2, 10]);
  expect(logits!.data.every(Number.isFinite)).toBe(true);
});
