/**
 * Raw outputs of an anchor-free head as boxes and scores, on the host. A side's distance is the expectation of a
 * distribution over R whole numbers of cells (Generalized Focal Loss, arXiv 2006.04388):
 *
 *   d = Σ_k k · softmax(logits)_k,   box = (x - d_left, y - d_top, x + d_right, y + d_bottom) · stride,   score = σ(logit)
 */
import { TopiaryError } from '@topiary/errors';
import type { Anchors } from './anchors.js';
import type { Corners, Head, RawHeads } from './types.js';

/** Σ k · softmax(logits)_k over `bins` logits that lie `step` apart, in double precision. */
export const expectation = (logits: Float32Array, from: number, step: number, bins: number): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < bins; k += 1) most = Math.max(most, logits[from + k * step]!);
  let [sum, moment] = [0, 0];
  for (let k = 0; k < bins; k += 1) {
    const weight = Math.exp(logits[from + k * step]! - most);
    sum += weight;
    moment += k * weight;
  }
  return moment / sum;
};

/** What a network says of one picture, wherever it stands in its outputs. */
export interface Answer {
  /** A */
  readonly anchors: number;
  /** K */
  readonly classes: number;
  /** At [class · A + anchor]; `threshold` and `score` say what they mean. */
  readonly values: Float32Array;
  /** The value above which a score is above this. */
  threshold(score: number): number;
  score(value: number): number;
  /** In pixels of the square that the network saw. */
  box(anchor: number): Corners;
}

const misfit = (where: string, expected: number, got: number): TopiaryError =>
  new TopiaryError('TOPIARY_PIPELINE_PORT', {
    where,
    expected: `${expected} numbers a picture, as many anchors as the input size gives`,
    got: `${got}`,
  });

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Of raw heads: boxes [4R, A], sides slowest, and logits [K, A]. Boxes are decoded one by one, when they are asked for. */
export const answerOf = ({ boxes, scores }: RawHeads, head: Head, anchors: Anchors): Answer => {
  const { bins, classes } = head;
  const { count, x, y, stride } = anchors;
  if (boxes.length !== 4 * bins * count) throw misfit('the raw boxes', 4 * bins * count, boxes.length);
  if (scores.length !== classes * count) throw misfit('the raw scores', classes * count, scores.length);
  const side = (which: number, a: number) => expectation(boxes, which * bins * count + a, count, bins);
  return {
    anchors: count,
    classes,
    values: scores,
    threshold: (score) => Math.log(score / (1 - score)),
    score: sigmoid,
    box: (a) => {
      const [px, py, s] = [x[a]!, y[a]!, stride[a]!];
      return [(px - side(0, a)) * s, (py - side(1, a)) * s, (px + side(2, a)) * s, (py + side(3, a)) * s];
    },
  };
};

/** Of the form in which detectors are exported: [4 + K, A], rows centre x and y, width, height, then probabilities. */
export const exportedAnswer = (output: Float32Array, classes: number): Answer => {
  const count = output.length / (4 + classes);
  if (!Number.isInteger(count)) throw misfit('the exported output', (4 + classes) * Math.ceil(count), output.length);
  const row = (which: number, a: number) => output[which * count + a]!;
  return {
    anchors: count,
    classes,
    values: output.subarray(4 * count),
    threshold: (score) => score,
    score: (value) => value,
    box: (a) => {
      const [x, y, w, h] = [row(0, a), row(1, a), row(2, a), row(3, a)];
      return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    },
  };
};
