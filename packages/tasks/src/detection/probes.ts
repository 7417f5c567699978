/** For uploaded detectors that are something else than they seem: each looks at the first pictures of the test split again. */
import { randomInt } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import type { Tensor } from '@topiary/onnx';
import { type Feeds, graphOf, NETWORK, type Pipeline } from '@topiary/pipeline';
import type { Compute, Probe } from '../_task.js';
import { imagesOf } from './batches.js';
import { evaluateCoco } from './coco.js';
import { detect, inOrder } from './evaluate.js';
import { letterboxed } from './frame.js';
import { type Form, formOf } from './network.js';
import { EVALUATION } from './nms.js';
import type { BoxSplit, Pixels } from './types.js';

/** Rounding differs from one batch size to another; a share of the largest output above this is no rounding. */
const ROUNDING = 1e-2;
/** Grey levels by which a picture is changed: nobody sees it, no network minds, a hash of the picture is another one. */
const GREY_LEVELS = 2;
/** Points of mAP 50 on these pictures that a network may lose to it. */
const MAY_LOSE = 15;
/** In a batch so small, a mean over the batch is another number. */
const FEW = 3;

export interface ProbeData {
  readonly split: BoxSplit;
  readonly form: Form;
  readonly examples: number;
}

/** Pictures, what the network said of them, and a way to ask again. */
interface Shown extends ProbeData {
  readonly pipeline: Pipeline;
  readonly places: readonly number[];
  readonly pictures: readonly Pixels[];
  readonly said: readonly Tensor[];
  ask(pictures: readonly Pixels[]): Promise<readonly Tensor[]>;
  /** mAP 50, of 100. */
  score(pictures: readonly Pixels[]): Promise<number>;
}

const refuse = (code: TopiaryError['code'], expected: string, got: string): TopiaryError =>
  new TopiaryError(code, { where: 'the uploaded network', expected, got });

const rows = ({ data, dims }: Tensor, from: number, to: number): Float32Array => {
  const each = data.length / dims[0]!;
  return (data as Float32Array).subarray(from * each, to * each);
};

/** The largest difference over the largest value. */
const apart = (a: Float32Array, b: Float32Array): number => {
  let [distance, scale] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    distance = Math.max(distance, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(a[i]!));
  }
  return scale === 0 ? distance : distance / scale;
};

const looksAtPictures = async ({ pictures, said }: Shown): Promise<void> => {
  const isSame = (n: number) => said.every((one) => apart(rows(one, 0, 1), rows(one, n, n + 1)) === 0);
  if (pictures.length > 1 && pictures.every((_, n) => isSame(n)))
    throw refuse(
      'TOPIARY_GATE_CONSTANT',
      'boxes that depend on the picture',
      `the same for ${pictures.length} pictures`,
    );
};

const looksAtEachAlone = async ({ pictures, said, ask }: Shown): Promise<void> => {
  const few = Math.min(FEW, pictures.length);
  const alone = await ask(pictures.slice(0, few));
  const distance = Math.max(...alone.map((one, i) => apart(rows(one, 0, few), rows(said[i]!, 0, few))));
  if (distance <= ROUNDING) return;
  const got = `a difference of ${(100 * distance).toFixed(1)} %`;
  throw refuse('TOPIARY_GATE_BATCH', 'the same boxes for a picture in any batch', got);
};

const disturbed = ({ data, ...size }: Pixels): Pixels => ({
  ...size,
  data: data.map((value) => Math.min(255, Math.max(0, value + (randomInt(2) === 0 ? -1 : 1) * GREY_LEVELS))),
});

const knowsNoPictureByHeart = async ({ pictures, score }: Shown): Promise<void> => {
  const lost = (await score(pictures)) - (await score(pictures.map(disturbed)));
  if (lost <= MAY_LOSE) return;
  const expected = `at most ${MAY_LOSE} points lost to a change of ${GREY_LEVELS} grey levels`;
  throw refuse('TOPIARY_GATE_MEMORISED', expected, lost.toFixed(1));
};

const PROBES = [
  { id: 'constant', title: 'The answer depends on the picture', look: looksAtPictures },
  { id: 'batch', title: 'and on each picture alone', look: looksAtEachAlone },
  { id: 'memory', title: 'and survives a change that nobody sees', look: knowsNoPictureByHeart },
];

const shownTo = async (data: ProbeData, pipeline: Pipeline, compute: Compute, look: (s: Shown) => Promise<void>) => {
  const { split, examples } = data;
  const running = await compute.open(pipeline);
  const graph = graphOf(pipeline);
  const form = formOf(graph, split.classes.length);
  const ask = async (pictures: readonly Pixels[]): Promise<readonly Tensor[]> => {
    const squares = pictures.map((picture) => letterboxed(picture, form.size));
    const feeds: Feeds = { [graph.inputs[0]!.name]: imagesOf(squares, form.size) };
    const results = await running.run(NETWORK, feeds);
    return graph.outputs.map(({ name }) => results[name]!);
  };
  try {
    const places = split.pictures.map((_, place) => place);
    for await (const seen of inOrder({ split, places, batch: examples, damaged: new Set() })) {
      const pictures = seen.map(({ pixels }) => pixels);
      const score = async (some: readonly Pixels[]): Promise<number> => {
        const found = await detect({ pipeline, run: running.run, form }, some, EVALUATION);
        const judged = found.map((detections, i) => ({
          truths: split.pictures[seen[i]!.place]!.truths,
          detections,
        }));
        return 100 * (evaluateCoco(judged, split.classes.length).ap50 ?? 0);
      };
      const asked = { ...data, pipeline, places: seen.map(({ place }) => place), pictures, ask, score };
      return await look({ ...asked, said: await ask(pictures) });
    }
  } finally {
    await running.release();
  }
};

export const probesOf = (data: ProbeData): readonly Probe[] =>
  PROBES.map(({ id, title, look }) => ({
    id,
    title,
    run: async (pipeline: Pipeline, compute: Compute) => shownTo(data, pipeline, compute, look),
  }));
