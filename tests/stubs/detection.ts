/** Detection as a task: boxes out of raw heads, a metric over the whole set, NMS as a lap of its own. */
import type { Loss } from '@topiary/autodiff';
import { canonicalize } from '@topiary/canonical';
import { decode, floats, int } from '@topiary/onnx';
import { fillPorts, NETWORK, type Pipeline, single } from '@topiary/pipeline';
import { type BoundTask, type Compute, defineTask } from '@topiary/tasks';
import { z } from 'zod';

const METRICS = [
  {
    id: 'map50-95',
    title: 'mAP 50 to 95',
    unit: '%',
    direction: 'higher',
    digits: 2,
    estimator: 'set',
    bounds: [0, 100],
  },
] satisfies BoundTask['metrics'];

/** The assigner's normaliser is of the whole batch; per example each picture has its own. */
const loss = (perPicture: boolean): Loss => ({
  id: perPicture ? 'detection-per-picture' : 'detection',
  build: ({ b, outputs }) => {
    const boxes = b.input('boxes', 'float32', [8, 100, 5]);
    const error = b.op('Sub', [outputs[0]!, boxes]);
    return {
      loss: b.op('ReduceMean', [b.op('Mul', [error, error])], { keepdims: int(0) }),
      metrics: { foreground: boxes },
    };
  },
  perExample: () => loss(true),
  sampled: () => null,
});

const units = async (pipeline: Pipeline, compute: Compute, examples: number) => {
  const running = await compute.open(pipeline);
  const { ports } = pipeline.parts.get(NETWORK)!;
  const run = async (round: number) => {
    const [began] = [performance.now(), await running.run(NETWORK, fillPorts(ports, examples, round))];
    const network = performance.now() - began;
    return { network, nms: performance.now() - began - network };
  };
  return [{ id: 'picture', title: 'one picture', examples, run, release: () => running.release() }];
};

export const Detection = defineTask({
  id: 'detection-stub',
  title: 'Object detection',
  metrics: METRICS,
  settings: z.object({ classes: z.array(z.string()), letterbox: z.tuple([z.number(), z.number()]) }),
  recognise: (files) => {
    const { names } = decode([...files.values()][0]!).metadata;
    return names === undefined ? null : { classes: names.split(','), letterbox: [640, 640] };
  },
  read: async ({ files }) => single(canonicalize(decode([...files.values()][0]!))),
  open: async ({ settings }) => ({
    id: 'detection-stub',
    metrics: METRICS,
    examples: { train: 100, rest: 90, test: 50 },
    hash: JSON.stringify(settings),
    damaged: () => ({ 'boxes without area': ['a.xml'] }),
    loss: () => loss(false),
    batches: async function* () {
      yield { images: floats(new Float32Array(12), [1, 3, 2, 2]) };
      return undefined;
    },
    trajectory: () => null,
    points: ({ loss: value, metrics }) => ({ loss: value, foreground: metrics['foreground'] ?? 0 }),
    evaluate: async () => ({ n: 50, values: { 'map50-95': 30 }, answers: null }),
    costs: () => ({}),
    units,
    show: async () => [{ view: 'boxes', title: 'Boxes', mediaType: 'application/json', bytes: new Uint8Array() }],
    probes: [],
    evaluatedOnly: null,
    guesses: ({ values }) =>
      values['map50-95']! > 1 ? null : { expected: 'an mAP above 1', got: '0', cure: 'Check the classes' },
  }),
});
