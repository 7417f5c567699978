/** For uploaded networks that are something else than they seem: each asks for logits of a first batch once more. */
import { randomInt } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import type { Pipeline, RunPart } from '@topiary/pipeline';
import { type Batch, inOrder, type Split } from '@topiary/zoo';
import type { Compute, Probe } from '../_task.js';
import { logitsOf } from './logits.js';
import { largest } from './scores.js';

/** Rounding differs from one batch size to another; a share of the largest logit above this is no rounding. */
const ROUNDING = 1e-2;
/** Grey levels by which a picture is changed: nobody sees it, no network minds, a hash of the picture is another one. */
const GREY_LEVELS = 2;
/** Points of top-1 that a network may lose to it. */
const MAY_LOSE = 10;
/** In a batch so small, a mean over the batch is another number. */
const FEW = 3;

const refuse = (code: TopiaryError['code'], expected: string, got: string): TopiaryError =>
  new TopiaryError(code, { where: 'the uploaded network', expected, got });

const apart = (a: Float32Array, b: Float32Array): number => {
  let [distance, scale] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    distance = Math.max(distance, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(a[i]!));
  }
  return scale === 0 ? distance : distance / scale;
};

const firstFew = ({ images, labels, size }: Batch): Batch => {
  const count = Math.min(FEW, size);
  return { images: images.subarray(0, (images.length / size) * count), labels: labels.subarray(0, count), size: count };
};

const disturbed = (batch: Batch, { dims, std }: Split): Batch => {
  const plane = dims[1] * dims[2];
  const step = (i: number) => GREY_LEVELS / 255 / std[Math.floor(i / plane) % dims[0]]!;
  const noise = (i: number) => (randomInt(2) === 0 ? -1 : 1) * step(i);
  return { ...batch, images: batch.images.map((value, i) => value + noise(i)) };
};

/** A batch, its logits, and a way to ask for others. */
interface Shown {
  readonly batch: Batch;
  readonly logits: Float32Array;
  readonly classes: number;
  readonly split: Split;
  ask(batch: Batch): Promise<Float32Array>;
}

const share = (logits: Float32Array, { labels, size }: Batch, classes: number): number =>
  (100 * labels.reduce((sum, label, row) => sum + Number(largest(logits, row, classes) === label), 0)) / size;

const looksAtPictures = async ({ batch, logits, classes }: Shown): Promise<void> => {
  const first = logits.subarray(0, classes);
  const same = (row: number) => apart(first, logits.subarray(row * classes, (row + 1) * classes)) === 0;
  if (batch.size > 1 && Array.from({ length: batch.size }, (_, row) => row).every(same))
    throw refuse('TOPIARY_GATE_CONSTANT', 'logits that depend on the picture', `the same for ${batch.size} pictures`);
};

const looksAtEachAlone = async ({ batch, logits, ask }: Shown): Promise<void> => {
  const alone = await ask(firstFew(batch));
  const distance = apart(alone, logits.subarray(0, alone.length));
  if (distance <= ROUNDING) return;
  const got = `a difference of ${(100 * distance).toFixed(1)} %`;
  throw refuse('TOPIARY_GATE_BATCH', 'the same logits for a picture in any batch', got);
};

const knowsNoPictureByHeart = async ({ batch, logits, classes, split, ask }: Shown): Promise<void> => {
  const noisy = share(await ask(disturbed(batch, split)), batch, classes);
  const lost = share(logits, batch, classes) - noisy;
  if (lost <= MAY_LOSE) return;
  const expected = `at most ${MAY_LOSE} points lost to a change of ${GREY_LEVELS} grey levels`;
  throw refuse('TOPIARY_GATE_MEMORISED', expected, lost.toFixed(1));
};

const PROBES = [
  { id: 'constant', title: 'The answer depends on the picture', look: looksAtPictures },
  { id: 'batch', title: 'and on each picture alone', look: looksAtEachAlone },
  { id: 'memory', title: 'and survives a change that nobody sees', look: knowsNoPictureByHeart },
];

/** The first batch of the test split, as a probe sees it. */
const withFirstBatch = async (
  run: RunPart,
  pipeline: Pipeline,
  { split, classes, examples }: { split: Split; classes: number; examples: number },
  look: (shown: Shown) => Promise<void>,
): Promise<void> => {
  const ask = (batch: Batch) => logitsOf(run, pipeline, batch, classes);
  for await (const batch of inOrder(split, examples))
    return look({ batch, logits: await ask(batch), classes, split, ask });
};

export const probesOf = (data: { split: Split; classes: number; examples: number }): Probe[] =>
  PROBES.map(({ id, title, look }) => ({
    id,
    title,
    run: async (pipeline: Pipeline, compute: Compute) => {
      const running = await compute.open(pipeline);
      try {
        await withFirstBatch(running.run, pipeline, data, look);
      } finally {
        await running.release();
      }
    },
  }));
