/**
 * What needs pictures on this machine: statistics that a criterion asks for, training what is left, and how right the
 * network is. This file alone loads onnxruntime and the image library, which are not part of the package.
 */
import { basename, dirname, resolve } from 'node:path';
import { collectStatistics, type StatisticsContext, type TrainingContext, trainPipeline } from '@topiary/methods';
import { graphOf, single } from '@topiary/pipeline';
import { collect, compile, Trainer, train } from '@topiary/runtime';
import { type BoundTask, type Compute, FOLDER_TASK, taskOf } from '@topiary/tasks';
import { randomFrom } from '@topiary/zoo';
import type { DataRequest, OpenData } from './_data.js';

const HOW = { provider: 'cpu' } as const;

const compute: Compute = {
  pause: async () => undefined,
  open: async (pipeline) => {
    const session = await compile(graphOf(pipeline), { ...HOW, level: 'all' });
    return { run: (_part, feeds) => session.run(feeds), release: () => session.release() };
  },
};

/** What statistics and trainings ask of a run. */
const contextOf = (
  task: BoundTask,
  { seed, note }: DataRequest,
  signal: AbortSignal,
): StatisticsContext & TrainingContext => ({
  task,
  seed,
  random: (name) => randomFrom(name),
  gather: (forward, graph, batches, { accumulate, size }) =>
    collect(forward, graph, batches, { ...HOW, signal, accumulate, size }),
  trainer: async (graph, options) => {
    const trainer = await Trainer.create(graph, { ...HOW, ...options });
    return Object.assign(trainer, { provider: trainer.session.provider });
  },
  fit: (stepper, options) => train(stepper, { ...options, signal }),
  point: () => undefined,
  log: (text) => note(`${text}\n`),
  pause: async () => undefined,
});

export const openData: OpenData = async (network, request, signal) => {
  const folder = resolve(request.folder);
  const place = { dataset: basename(folder), dataDir: dirname(folder) };
  const ofPictures = taskOf(FOLDER_TASK);
  // as many outputs as there are classes, pictures of a size that can be made
  await ofPictures.read({ ...place, files: new Map([['network', network.bytes]]), schedule: null });
  const base = single(network.graph);
  const task = await ofPictures.open({
    ...place,
    testSecret: null,
    pipeline: base,
    settings: ofPictures.settings.parse({ mean: request.mean, std: request.std }),
    options: { crop: 4, flip: request.flip },
    evaluationBatch: 128,
  });
  const context = contextOf(task, request, signal);
  const metric = task.metrics[0]!.id;
  return {
    statistics: (wanted, graph, round) =>
      collectStatistics(context, { wanted, pipeline: single(graph), graph, batches: request.batches, round }),
    train: async (graph, settings, progress) => {
      const loop = { stage: 'finetune', progress, teachers: { base } };
      return graphOf(await trainPipeline(context, single(graph), settings, loop));
    },
    evaluate: async (graph, progress) => {
      const { values, n } = await task.evaluate(single(graph), 'test', compute, { progress });
      return { metric, value: values[metric]!, n };
    },
  };
};
