/**
 * What a detector without anchors is trained by: who answers for what (`assign`), how well the boxes fit (CIoU), the
 * distributions of their sides (https://arxiv.org/abs/2006.04388, eq. 6) and cross-entropy of every score by itself.
 *
 *   L = (7.5 Σ w (1 - CIoU) + ½ Σ BCE(score, target) + 1.5 Σ w DFL) / Z,   Z = max(Σ targets, 1)
 *
 * w: the cell's own target. Z is of the whole batch; of `perExample` each picture has its own. Nothing can be drawn from
 * the network, for its scores are no distribution.
 */
import { type Loss, type LossContext, stopGradient } from '@topiary/autodiff';
import { floats, type GraphBuilder, int } from '@topiary/onnx';
import { type Anchors, anchorsOf, headOf } from '../anchors.js';
import type { Head } from '../types.js';
import { type Arithmetic, arithmetic, type Planes } from './_planes.js';
import { assign, TOP_K } from './assign.js';
import { ciou } from './ciou.js';
import { BOXES, CLASSES, VALID } from './inputs.js';

export interface DetectionLossOptions {
  /** Cells an object claims (10). */
  readonly topK?: number;
  /** Strides of the maps (8, 16, 32). */
  readonly head?: Head;
}

const WEIGHTS = { box: 7.5, class: 0.5, dfl: 1.5 } as const;
/** The last cell of a distribution is never asked for alone. */
const SHORT_OF_LAST = 0.01;

/** Rows of numbers as a constant [1, 1, A]. */
const row = (b: GraphBuilder, values: Float32Array): string => b.constant(floats(values, [1, 1, values.length]), 'row');

interface Cells {
  readonly x: string;
  readonly y: string;
  readonly stride: string;
}

/** Corners from distances to the sides, in cells. */
const cornersOf = (m: Arithmetic, { x, y }: Cells, [left, top, right, bottom]: Planes): Planes => [
  m.sub(x, left),
  m.sub(y, top),
  m.add(x, right),
  m.add(y, bottom),
];

/** [N, 4, R, A] logits of distances to four expected distances [N, 1, A]: Σ k softmax_k. */
const distancesOf = (b: GraphBuilder, m: Arithmetic, logits: string, bins: number): Planes => {
  const cells = b.constant(
    floats(
      Float32Array.from({ length: bins }, (_, k) => k),
      [1, 1, bins, 1],
    ),
    'cells',
  );
  const mean = m.sum(m.mul(b.op('Softmax', [logits], { axis: int(2) }), cells), [2], false); // [N, 4, A]
  return m.parts(mean, 4, 1) as unknown as Planes;
};

// mean over four sides of Σ_k hat_k(t) · -log softmax_k, where hat shares t between the cells around it
const distributionLoss = (b: GraphBuilder, m: Arithmetic, logits: string, sides: Planes, bins: number): string => {
  const within = sides.map((side) => b.op('Clip', [side, b.scalar(0), b.scalar(bins - 1 - SHORT_OF_LAST)]));
  const t = b.op('Unsqueeze', [b.op('Concat', within, { axis: int(1) }), b.int64s([2])]); // [N, 4, 1, A]
  const cells = b.constant(
    floats(
      Float32Array.from({ length: bins }, (_, k) => k),
      [1, 1, bins, 1],
    ),
    'cells',
  );
  const hat = m.max(m.sub(1, b.op('Abs', [m.sub(t, cells)])), 0);
  const log = b.op('LogSoftmax', [logits], { axis: int(2) });
  const each = m.sum(m.mul(hat, log), [1, 2], false); // [N, A]
  return m.mul(b.op('Unsqueeze', [each, b.int64s([1])]), -0.25); // [N, 1, A]
};

/** What each picture adds to the three sums, and to Z: all [N]. */
interface Sums {
  readonly box: string;
  readonly class: string;
  readonly dfl: string;
  readonly targets: string;
  readonly positives: string;
}

const sumsOf = (b: GraphBuilder, anchors: Anchors, { bins }: Head, outputs: readonly string[], topK: number): Sums => {
  const m = arithmetic(b);
  const [boxes, scores] = outputs as [string, string];
  const cells = { x: row(b, anchors.x), y: row(b, anchors.y), stride: row(b, anchors.stride) };
  const logits = b.op('Reshape', [boxes, b.int64s([0, 4, bins, anchors.count])], { allowzero: int(0) });
  const found = cornersOf(m, cells, distancesOf(b, m, logits, bins)); // in cells
  const now = {
    boxes: found.map((plane) => stopGradient(b, m.mul(plane, cells.stride))) as unknown as Planes,
    scores: b.op('Sigmoid', [stopGradient(b, scores)]),
  };
  const truths = { boxes: BOXES, labels: CLASSES, valid: VALID };
  const assigned = b.scoped('assign', () => assign(b, anchors, truths, now, topK));
  const wanted = assigned.boxes.map((plane) => m.div(plane, cells.stride)) as unknown as Planes;
  const [x0, y0, x1, y1] = wanted;
  const sides: Planes = [m.sub(cells.x, x0), m.sub(cells.y, y0), m.sub(x1, cells.x), m.sub(y1, cells.y)];
  const { weight, targets } = assigned;
  const perPicture = (value: string) => m.sum(value, [1, 2], false);
  return {
    box: perPicture(m.mul(weight, m.sub(1, ciou(b, found, wanted)))),
    class: perPicture(b.op('SigmoidCrossEntropy', [scores, targets], {}, { domain: 'topiary' })),
    dfl: perPicture(m.mul(weight, distributionLoss(b, m, logits, sides, bins))),
    targets: perPicture(targets),
    positives: perPicture(assigned.positive),
  };
};

/** The head by the shapes of what is trained. */
const headIn = ({ b, inputs, outputs }: LossContext): Head => {
  const [height, width] = b.shape(inputs[0]!).slice(2).map(Number) as [number, number];
  return headOf([height, width], b.shape(outputs[0]!), b.shape(outputs[1]!));
};

const build = (c: LossContext, own: boolean, { topK = TOP_K, head = headIn(c) }: DetectionLossOptions) => {
  const { b, outputs } = c;
  const m = arithmetic(b);
  const batch = b.shape(outputs[0]!)[0]!;
  b.input(BOXES, 'float32', [batch, 'G', 4]);
  b.input(CLASSES, 'int32', [batch, 'G']);
  b.input(VALID, 'float32', [batch, 'G']);
  const { targets, positives, ...terms } = sumsOf(b, anchorsOf(head), head, outputs, topK);
  const z = m.max(own ? targets : m.sum(targets, [0], false), 1); // [N] or []
  /** One number: Σ over the batch / Z, or the mean over pictures of each one's own. */
  const normal = (value: string) =>
    own ? b.op('ReduceMean', [m.div(value, z)], { keepdims: int(0) }) : m.div(m.sum(value, [0], false), z);
  const [box, cls, dfl] = [normal(terms.box), normal(terms.class), normal(terms.dfl)];
  const loss = m.add(m.add(m.mul(box, WEIGHTS.box), m.mul(cls, WEIGHTS.class)), m.mul(dfl, WEIGHTS.dfl));
  return { loss, metrics: { box, class: cls, dfl, positives: m.sum(positives, [0], false) } };
};

const form = (own: boolean, options: DetectionLossOptions): Loss => ({
  id: own ? 'detection-per-picture' : 'detection',
  build: (c) => build(c, own, options),
  perExample: () => form(true, options),
  // every score is a sigmoid by itself, and where a box stands is no event: there is nothing to draw labels from
  sampled: () => null,
});

export const detectionLoss = (options: DetectionLossOptions = {}): Loss => form(false, options);
