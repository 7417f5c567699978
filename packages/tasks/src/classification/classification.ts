/** Classification: pictures in, one row of logits each out; top-1 accuracy on the test split decides. */
import { TopiaryError } from '@topiary/errors';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { classOrder, datasetNamed, importModel, normalized, relabelled, type Split, splitHash } from '@topiary/zoo';
import { z } from 'zod';
import { defineTask, type OpenRequest, type ReadRequest } from '../_task.js';
import { bindClassifier } from './bound.js';
import { CLASSIFICATION_METRICS } from './metrics.js';

const Settings = z.object({
  mean: z.array(z.number()).min(1).max(4),
  std: z.array(z.number().positive()).min(1).max(4),
  /** In the order of the network's outputs; empty: the data set's own order. */
  classes: z.array(z.string()).default([]),
});

const Options = z.object({ crop: z.number(), flip: z.boolean() });

const read = async ({ files, schedule, dataset: id, dataDir, withConstants }: ReadRequest): Promise<Pipeline> => {
  const [file, second] = files.values();
  if (!file || second || schedule !== null) {
    throw new TopiaryError('TOPIARY_PIPELINE_PART', {
      where: 'the network',
      expected: 'one ONNX file',
      got: `parts ${[...files.keys()].join(', ')}`,
    });
  }
  const dataset = datasetNamed(id);
  const classes = await dataset.classesIn(dataDir);
  const wanted = { input: dataset.anySize ? null : dataset.input, classes: classes.length };
  const graph = withConstants
    ? await withConstants((evaluate) => importModel(file, wanted, { evaluate }))
    : importModel(file, wanted);
  return single(graph);
};

const open = async ({ dataset: id, dataDir, testSecret, pipeline, ...request }: OpenRequest) => {
  const { mean, std, classes: named } = request.settings as z.output<typeof Settings>;
  const dataset = datasetNamed(id);
  const classes = await dataset.classesIn(dataDir);
  const input = graphOf(pipeline)
    .inputs[0]!.shape.slice(1)
    .filter((dim) => typeof dim === 'number');
  const splits = await dataset.open({ dataDir, input, ...(testSecret === null ? {} : { testSecret }) });
  const order = classOrder(classes, named);
  const own = (split: Split) => normalized(order ? relabelled(split, order) : split, mean, std);
  return bindClassifier({
    train: own(splits.train),
    test: own(splits.test),
    hash: splitHash(splits.test),
    classes: classes.length,
    augment: Options.parse(request.options),
    evaluationBatch: request.evaluationBatch,
  });
};

export const Classification = defineTask({
  id: 'classification',
  title: 'Image classification',
  metrics: CLASSIFICATION_METRICS,
  settings: Settings,
  // a file of logits says neither how its pictures are normalised nor what its classes are called
  recognise: () => null,
  read,
  open,
});
