/** A narrow member of Segment Anything and the task that judges it, on a handful of scenes. */
import type { Pipeline } from '@topiary/pipeline';
import { compile } from '@topiary/runtime';
import {
  bindSegmenter,
  type Compute,
  SegmentationOptions,
  SegmentationSettings,
  segmenterPipeline,
} from '@topiary/tasks';
import { buildSegmenter, materialize, type Segmenter } from '@topiary/zoo';
import { drawScenes } from '../../packages/zoo/src/datasets/scenes64.js';
import { maskDecoder } from '../../packages/zoo/src/segmenters/_decoder.js';
import { type Encoder, encoder } from '../../packages/zoo/src/segmenters/_encoder.js';
import { promptEncoder } from '../../packages/zoo/src/segmenters/_prompts.js';

const NONE = { params: 0, macs: { pure: 0, published: 0 } };
const [GRID, CHANNELS] = [4, 16];

export const NARROW: Encoder = {
  picture: 64,
  patch: 16,
  width: 24,
  depth: 2,
  heads: 2,
  window: 3,
  global: [1],
  channels: CHANNELS,
};

export const narrowSegmenter = (shape: Partial<Encoder> = {}): Segmenter => ({
  id: 'sam-narrow',
  title: 'SAM-narrow',
  paper: null,
  input: [3, 64, 64],
  grid: GRID,
  channels: CHANNELS,
  encoder: encoder({ ...NARROW, ...shape }),
  prompts: promptEncoder({ picture: 64, grid: GRID, channels: CHANNELS, mask: [2, 4] }),
  decoder: maskDecoder({ channels: CHANNELS, depth: 2, heads: 2, hidden: 32, grid: GRID }),
  expected: NONE,
  decoding: NONE,
  prompting: NONE,
});

export const narrowParts = (seed = 0, shape: Partial<Encoder> = {}) => {
  const { encoder: pictures, prompts, decoder } = buildSegmenter(narrowSegmenter(shape));
  return {
    encoder: materialize(pictures, seed),
    prompts: materialize(prompts, seed),
    decoder: materialize(decoder, seed),
  };
};

export const narrowPipeline = (seed = 0): Pipeline => segmenterPipeline(narrowParts(seed));

/** Thirty scenes to train on, six to test on. */
export const segmentationTask = (base: Pipeline) =>
  bindSegmenter({
    train: drawScenes({ split: 'train', length: 40 }),
    test: drawScenes({ split: 'test', length: 6 }),
    showcase: drawScenes({ split: 'showcase', length: 1 }),
    base,
    settings: SegmentationSettings.parse({}),
    options: SegmentationOptions.parse({ pictures: 30, flip: 0.5, flipVertical: 0.5 }),
    evaluationBatch: 4,
  });

/** Sessions of this process, on one thread. */
export const computeHere: Compute = {
  pause: async () => undefined,
  open: async ({ parts }) => {
    const open = [...parts].map(async ([id, { graph }]) => [id, await compile(graph, { threads: 1 })] as const);
    const sessions = new Map(await Promise.all(open));
    return {
      run: (part, feeds) => sessions.get(part)!.run(feeds),
      release: async () => {
        for (const session of sessions.values()) await session.release();
      },
    };
  },
};
