/**
 * Scores an uploaded network: it is shown pictures in an order of ours and gives logits; labels stay on this side.
 * Three probes belong to it, for networks that are something else than they seem.
 */
import { randomInt } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import type { Evaluation } from '@topiary/runtime';
import { type Batch, inOrder, type Split } from '@topiary/zoo';
import type { RunContext } from '../run-context.js';
import type { Runner } from '../runner.js';

const refuse = (code: TopiaryError['code'], expected: string, got: string): TopiaryError =>
  new TopiaryError(code, { where: 'the uploaded network', expected, got });

/** Another order for every run, and nobody else knows it: the place of a picture in its batch tells nothing. */
const permutation = (size: number): Int32Array => {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i -= 1) {
    const k = randomInt(i + 1);
    [order[i], order[k]] = [order[k]!, order[i]!];
  }
  return order;
};

/** Rows of `values` in the order given. */
const rowsIn = (values: Float32Array, order: Int32Array, width: number): Float32Array => {
  const out = new Float32Array(order.length * width);
  order.forEach((from, to) => {
    out.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return out;
};

/** Logits of a batch in the batch's own order, whatever the order in which the network saw it. */
const logitsOf = async (runner: Runner, { images, size }: Batch, classes: number): Promise<Float32Array> => {
  const order = permutation(size);
  const { logits, dims } = await runner.logits(rowsIn(images, order, images.length / size), size);
  if (dims.length !== 2 || dims[0] !== size || dims[1] !== classes || logits.length !== size * classes)
    throw refuse('TOPIARY_GATE_OUTPUT', `logits [${size},${classes}]`, `[${dims}]`);
  const bad = logits.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw refuse('TOPIARY_GATE_NOT_FINITE', 'finite logits', `${bad}`);
  const inverse = new Int32Array(size);
  order.forEach((from, to) => {
    inverse[from] = to;
  });
  return rowsIn(logits, inverse, classes);
};

const largest = (logits: Float32Array, row: number, classes: number): number => {
  let best = 0;
  for (let c = 1; c < classes; c += 1) if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
  return best;
};

/** -log softmax at the label, in double precision. */
const crossEntropy = (logits: Float32Array, row: number, classes: number, label: number): number => {
  const values = logits.subarray(row * classes, (row + 1) * classes);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return Math.log(sum) + most - values[label]!;
};

export const score = async (
  { protocol, lock, signal }: Pick<RunContext, 'protocol' | 'lock' | 'signal'>,
  runner: Runner,
  { test, classes }: { readonly test: Split; readonly classes: number },
  progress: (share: number) => void = () => undefined,
): Promise<Evaluation> => {
  const correct: number[] = [];
  let loss = 0;
  for await (const batch of inOrder(test, protocol.evaluationBatch)) {
    await lock.pause(signal);
    const logits = await logitsOf(runner, batch, classes);
    batch.labels.forEach((label, row) => {
      correct.push(Number(largest(logits, row, classes) === label));
      loss += crossEntropy(logits, row, classes, label);
    });
    progress(correct.length / test.length);
  }
  const n = correct.length;
  return { n, correct: Uint8Array.from(correct), top1: correct.reduce((a, b) => a + b, 0) / n, loss: loss / n };
};

/** Rounding differs from one batch size to another; a share of the largest logit above this is no rounding. */
const ROUNDING = 1e-2;
/** Grey levels by which a picture is changed: nobody sees it, no network minds, a hash of the picture is another one. */
const GREY_LEVELS = 2;
/** Points of top-1 that a network may lose to it. */
const MAY_LOSE = 10;

const apart = (a: Float32Array, b: Float32Array): number => {
  let [distance, scale] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    distance = Math.max(distance, Math.abs(a[i]! - b[i]!));
    scale = Math.max(scale, Math.abs(a[i]!));
  }
  return scale === 0 ? distance : distance / scale;
};

/** In a batch so small, a mean over the batch is another number. */
const FEW = 3;

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

const share = (logits: Float32Array, { labels, size }: Batch, classes: number): number =>
  (100 * labels.reduce((sum, label, row) => sum + Number(largest(logits, row, classes) === label), 0)) / size;

/** Is it a network: does it look at the picture, at each picture alone, and at more than its exact numbers? */
export const probe = async (
  { protocol }: Pick<RunContext, 'protocol'>,
  runner: Runner,
  { test, classes }: { readonly test: Split; readonly classes: number },
): Promise<void> => {
  for await (const batch of inOrder(test, protocol.evaluationBatch)) {
    const logits = await logitsOf(runner, batch, classes);
    const first = logits.subarray(0, classes);
    const same = (row: number) => apart(first, logits.subarray(row * classes, (row + 1) * classes)) === 0;
    if (batch.size > 1 && Array.from({ length: batch.size }, (_, row) => row).every(same))
      throw refuse('TOPIARY_GATE_CONSTANT', 'logits that depend on the picture', `the same for ${batch.size} pictures`);
    const fewer = firstFew(batch);
    const alone = await logitsOf(runner, fewer, classes);
    const distance = apart(alone, logits.subarray(0, alone.length));
    if (distance > ROUNDING)
      throw refuse(
        'TOPIARY_GATE_BATCH',
        'the same logits for a picture in any batch',
        `a difference of ${(100 * distance).toFixed(1)} %`,
      );
    const [plain, noisy] = [
      share(logits, batch, classes),
      share(await logitsOf(runner, disturbed(batch, test), classes), batch, classes),
    ];
    if (plain - noisy > MAY_LOSE)
      throw refuse(
        'TOPIARY_GATE_MEMORISED',
        `at most ${MAY_LOSE} points lost to a change of ${GREY_LEVELS} grey levels`,
        `${(plain - noisy).toFixed(1)}`,
      );
    return;
  }
};
