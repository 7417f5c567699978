/**
 * Cross-entropy of class labels, mean over the batch, and the number of examples that are right.
 * Label smoothing as in PyTorch's CrossEntropyLoss; of mixed pictures both classes count, by their shares.
 */
import { floats, type GraphBuilder, int, int64s } from '@topiary/onnx';
import type { Loss } from './_loss.js';
import { softCrossEntropy } from './_soft.js';
import { sampledCrossEntropy } from './sampled-cross-entropy.js';

/** Name of the input that holds the classes, int32 [N]; where pictures are mixed, those with the larger share. */
export const LABELS = 'labels';
/** Names of the inputs that only mixed pictures have: the other class, int32 [N], and the share of `labels`, float32 [N]. */
export const PARTNERS = 'partners';
export const SHARES = 'shares';

export interface CrossEntropyOptions {
  /** ε: the target is (1 - ε) onehot + ε / K (0). */
  readonly labelSmoothing?: number;
  /** Whether every picture has two classes (false). */
  readonly mixed?: boolean;
}

const FLOAT = 1;
const INT64 = 7;

/** Which rows of the logits have their largest entry at the label: float32 [N] of 0 and 1. */
export const correctness = (b: GraphBuilder, logits: string, labels: string): string => {
  const guess = b.op('ArgMax', [logits], { axis: int(-1), keepdims: int(0) });
  return b.op('Cast', [b.op('Equal', [guess, b.op('Cast', [labels], { to: int(INT64) })])], { to: int(FLOAT) });
};

/** One class per example and nothing else: the labels' entries are gathered, no distribution is made. */
const hard = (b: GraphBuilder, logits: string): string =>
  b.ops('SoftmaxCrossEntropy', [logits, LABELS], {}, { domain: 'topiary', outputs: 2 })[0]!;

/** Rows ε / K, and 1 - ε more at the label. */
const smoothed = (b: GraphBuilder, labels: string, classes: number, epsilon: number): string => {
  const [depth, values] = [
    b.constant(int64s([classes], [])),
    b.constant(floats([epsilon / classes, 1 - epsilon + epsilon / classes])),
  ];
  return b.op('OneHot', [b.op('Cast', [labels], { to: int(INT64) }), depth, values], { axis: int(-1) });
};

// target = s · smoothed(label) + (1 - s) · smoothed(partner)
const mixture = (b: GraphBuilder, first: string, second: string): string => {
  const share = b.op('Unsqueeze', [SHARES, b.int64s([1])]); // [N, 1]
  return b.op('Add', [second, b.op('Mul', [b.op('Sub', [first, second]), share])]);
};

const soft = (b: GraphBuilder, logits: string, { labelSmoothing = 0, mixed = false }: CrossEntropyOptions): string => {
  const classes = Number(b.shape(logits)[1]);
  const rows = b.shape(logits).slice(0, 1);
  const target = (labels: string) => smoothed(b, labels, classes, labelSmoothing); // [N, K]
  const logQ = b.op('LogSoftmax', [logits], { axis: int(-1) });
  if (!mixed) return softCrossEntropy(b, target(LABELS), logQ);
  b.input(PARTNERS, 'int32', rows);
  b.input(SHARES, 'float32', rows);
  return softCrossEntropy(b, mixture(b, target(LABELS), target(PARTNERS)), logQ);
};

export const crossEntropy = (options: CrossEntropyOptions = {}): Loss => ({
  id: 'cross-entropy',
  build: ({ b, outputs }) => {
    const logits = outputs[0]!; // [N, K]
    b.input(LABELS, 'int32', b.shape(logits).slice(0, 1));
    const isSoft = options.mixed || (options.labelSmoothing ?? 0) > 0;
    const loss = isSoft ? soft(b, logits, options) : hard(b, logits);
    const correct = b.op('ReduceSum', [correctness(b, logits, LABELS)], { keepdims: int(0) });
    return { loss, metrics: { correct } };
  },
  perExample: () => crossEntropy(options),
  sampled: sampledCrossEntropy,
});
