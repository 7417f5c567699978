/** Promptable segmentation: a picture and a point or a box in, the mask of what is meant out; mIoU by one point decides. */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { assertPipeline } from '@topiary/pipeline';
import { datasetOf, readModel } from '@topiary/zoo';
import { defineTask, type OpenRequest, type ReadRequest } from '../_task.js';
import { bindSegmenter } from './bound.js';
import { withShippedDecoder } from './encoder-file.js';
import { SEGMENTATION_METRICS } from './metrics.js';
import { PARTS, type Parts, SCHEDULE, segmenterPipeline } from './parts.js';
import { SegmentationOptions, type SegmentationSettings, SegmentationSettings as Settings } from './settings.js';

/** Each part by its name, or an encoder alone; there is none else. */
const read = async ({ files, schedule, dataset, withConstants }: ReadRequest) => {
  const got = [...files.keys()];
  const graphOf = (bytes: Uint8Array): Promise<Graph> =>
    withConstants ? withConstants((evaluate) => readModel(bytes, { evaluate })) : Promise.resolve(readModel(bytes));
  if (got.length === 1) {
    const encoder = await graphOf([...files.values()][0]!);
    const pipeline = segmenterPipeline(await withShippedDecoder(encoder, dataset));
    assertPipeline(pipeline);
    return pipeline;
  }
  if ([...got].sort().join() !== [...PARTS].sort().join()) {
    const expected = `the parts ${PARTS.join(', ')}, or an encoder alone`;
    throw new TopiaryError('TOPIARY_PIPELINE_PART', { where: 'the network', expected, got: got.join(', ') || 'none' });
  }
  const graphs: [string, Graph][] = [];
  for (const [part, bytes] of files) graphs.push([part, await graphOf(bytes)]);
  const pipeline = segmenterPipeline(Object.fromEntries(graphs) as unknown as Parts, schedule ?? SCHEDULE);
  assertPipeline(pipeline);
  return pipeline;
};

const open = async ({ dataset: id, dataDir, testSecret, pipeline, ...request }: OpenRequest) => {
  const { masks } = datasetOf(id);
  if (!masks) {
    throw new TopiaryError('TOPIARY_TASKS_SETTINGS', {
      where: `data set ${id}`,
      expected: 'pictures with masks of objects',
      got: 'pictures without',
    });
  }
  return bindSegmenter({
    ...(await masks({ dataDir, ...(testSecret === null ? {} : { testSecret }) })),
    base: pipeline,
    settings: request.settings as SegmentationSettings,
    options: SegmentationOptions.parse(request.options),
    evaluationBatch: request.evaluationBatch,
  });
};

export const Segmentation = defineTask({
  id: 'segmentation',
  title: 'Promptable segmentation',
  metrics: SEGMENTATION_METRICS,
  settings: Settings,
  recognise: () => null,
  read,
  open,
});
