/** Detection: pictures in, boxes with a class and a score out; mean average precision on the test split decides. */
import { TopiaryError } from '@topiary/errors';
import { graphOf } from '@topiary/pipeline';
import { type BoxSplit, classOrder, datasetNamed } from '@topiary/zoo';
import { z } from 'zod';
import { defineTask, type OpenRequest } from '../_task.js';
import { bindDetector } from './bound.js';
import { Augmentation } from './frame.js';
import { saidBy } from './metadata.js';
import { DETECTION_METRICS } from './metrics.js';
import { formOf } from './network.js';
import { readDetector, recogniseDetector } from './read.js';

const Settings = z.object({
  /** In the order of the network's scores; empty: the data set's own order. */
  classes: z.array(z.string()).default([]),
  /** Of an exported file, as it says; null: it says nothing. */
  license: z.string().nullable().default(null),
});

const Options = z.object({
  /** What is drawn of training pictures, by data set; `other`: of those that are not named. */
  augmentation: z.record(z.string(), Augmentation),
});

/** With classes in the order of a network's own. `order[i]` is the data set's class of its score i. */
const reordered = (split: BoxSplit, order: readonly number[]): BoxSplit => ({
  ...split,
  classes: order.map((label) => split.classes[label]!),
  pictures: split.pictures.map((picture) => ({
    ...picture,
    truths: picture.truths.map((truth) => ({ ...truth, class: order.indexOf(truth.class) })),
  })),
});

const open = async ({ dataset: id, dataDir, testSecret, pipeline, ...request }: OpenRequest) => {
  const settings = request.settings as z.output<typeof Settings>;
  const dataset = datasetNamed(id);
  if (!dataset.boxes) {
    throw new TopiaryError('TOPIARY_TASKS_SETTINGS', {
      where: `data set ${id}`,
      expected: 'pictures with boxes',
      got: 'pictures with a label each',
    });
  }
  const classes = await dataset.classesIn(dataDir);
  const form = formOf(graphOf(pipeline), classes.length);
  const input = [3, form.size, form.size];
  const splits = await dataset.boxes({ dataDir, input, ...(testSecret === null ? {} : { testSecret }) });
  // an import may be told what the file says already
  const said = saidBy(graphOf(pipeline)).classes ?? [];
  const order = classOrder(classes, settings.classes.length > 0 ? settings.classes : said);
  const own = (split: BoxSplit) => (order ? reordered(split, order) : split);
  const { augmentation } = Options.parse(request.options);
  const data = {
    ...splits,
    train: own(splits.train),
    test: own(splits.test),
    showcase: own(splits.showcase),
    augmentation: augmentation[id] ?? augmentation['other'] ?? Augmentation.parse({}),
    evaluationBatch: request.evaluationBatch,
  };
  return bindDetector(data, form);
};

export const Detection = defineTask({
  id: 'detection',
  title: 'Object detection',
  metrics: DETECTION_METRICS,
  settings: Settings,
  recognise: recogniseDetector,
  read: readDetector,
  open,
});
