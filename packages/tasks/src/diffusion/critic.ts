/**
 * The classifier that samples are judged by: a frozen file with logits and features, and what features of drawn pictures are
 * like. Another classifier would re-base every score, so a protocol names it by its hash.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TopiaryError } from '@topiary/errors';
import { decode, floats, type Graph } from '@topiary/onnx';
import { NETWORK, single } from '@topiary/pipeline';
import { shippedPath, shippedReference } from '@topiary/zoo';
import { z } from 'zod';
import type { Compute } from '../_task.js';
import type { Moments } from './frechet.js';

export interface Critic {
  readonly graph: Graph;
  /** Of features of drawn pictures; standardised features have mean 0 and deviation 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Of standardised features of the training split. */
  readonly reference: Moments;
  /** The distance of as many drawn pictures that nobody trained on. */
  readonly floor: { readonly n: number; readonly value: number };
}

/** Of many pictures: features [n, width], standardised, and for each the class of its largest logit. */
export interface Judged {
  readonly features: Float32Array;
  readonly width: number;
  readonly guesses: Int32Array;
}

const Reference = z.object({
  critic: z.string(),
  dataset: z.string(),
  pictures: z.number(),
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
  covariance: z.array(z.array(z.number())),
  floor: z.object({ n: z.number(), value: z.number() }),
});

/** @throws TOPIARY_ZOO_DATA_CORRUPT where the file is not the one that its hash says */
export const readCritic = (sha256: string): Critic => {
  const bytes = new Uint8Array(readFileSync(shippedPath(sha256)));
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== sha256)
    throw new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', { where: `the classifier of samples`, expected: sha256, got });
  const { mean, deviation, covariance, floor } = Reference.parse(
    JSON.parse(readFileSync(shippedReference(sha256), 'utf8')),
  );
  return { graph: decode(bytes), mean, deviation, reference: { mean: mean.map(() => 0), covariance }, floor };
};

const BATCH = 500;

/** `pictures`: [n, C, H, W] */
export const judge = async (
  { graph, mean, deviation }: Pick<Critic, 'graph' | 'mean' | 'deviation'>,
  pictures: Float32Array,
  dims: readonly number[],
  compute: Compute,
): Promise<Judged> => {
  const [size, width] = [dims.reduce((a, b) => a * b, 1), mean.length];
  const n = pictures.length / size;
  const [features, guesses] = [new Float32Array(n * width), new Int32Array(n)];
  const running = await compute.open(single(graph));
  try {
    for (let from = 0; from < n; from += BATCH) {
      await compute.pause();
      const count = Math.min(BATCH, n - from);
      const x = floats(pictures.subarray(from * size, (from + count) * size), [count, ...dims]);
      const { logits, features: made } = await running.run(NETWORK, { [graph.inputs[0]!.name]: x });
      const [rows, raw] = [logits!.data as Float32Array, made!.data as Float32Array];
      const classes = rows.length / count;
      for (let i = 0; i < count; i += 1) {
        const row = rows.subarray(i * classes, (i + 1) * classes);
        guesses[from + i] = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
      }
      raw.forEach((value, k) => {
        features[from * width + k] = (value - mean[k % width]!) / deviation[k % width]!;
      });
    }
  } finally {
    await running.release();
  }
  return { features, width, guesses };
};
