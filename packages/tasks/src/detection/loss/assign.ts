/**
 * The task-aligned assigner in a graph (TOOD, https://arxiv.org/abs/2108.07755, section 3.2.1, with the exponents of the
 * YOLOv8 kind): which cells answer for which object, and how well they should. Nothing here has a gradient.
 *
 *   t = s^½ · u⁶,   s: score of the object's class, u: CIoU of the predicted box with the object, in cells inside of it
 *
 * The ten cells of largest t are an object's own. A cell that several objects claim goes to the one with the largest u
 * among all. The best cell of an object is asked for its own u, the others for a share of it: t · max u / max t.
 */
import { floats, type GraphBuilder, int, int64s, ints } from '@topiary/onnx';
import type { Anchors } from '../anchors.js';
import { type Arithmetic, arithmetic, type Planes } from './_planes.js';
import { ciou } from './ciou.js';

export const TOP_K = 10;
/** A cell whose middle lies on a border is outside. */
const INSIDE = 1e-9;
const EPSILON = 1e-9;
/** Of equal overlaps the first object wins. */
const FIRST = 1e-7;

const INT64 = 7;

/** Objects of a batch, padded to G rows a picture. */
export interface Truths {
  /** [N, G, 4] corners in pixels. */
  readonly boxes: string;
  /** int32 [N, G] */
  readonly labels: string;
  /** [N, G] of 1 and 0. */
  readonly valid: string;
}

/** What the network says now; both without gradient. */
export interface Guesses {
  /** Four of [N, 1, A], in pixels. */
  readonly boxes: Planes;
  /** [N, K, A], 0 … 1 */
  readonly scores: string;
}

export interface Assignment {
  /** [N, K, A]: what each score should be. */
  readonly targets: string;
  /** Four of [N, 1, A], in pixels: the object's, and of background the cell's own. */
  readonly boxes: Planes;
  /** [N, 1, A]: the target of the cell's class, 0 for background. */
  readonly weight: string;
  /** [N, 1, A] of 1 and 0. */
  readonly positive: string;
}

/** [N, G, A] of truth: whether the middle of a cell lies in an object that is one. */
const insideOf = (
  m: Arithmetic,
  [x0, y0, x1, y1]: Planes,
  valid: string,
  [x, y]: readonly [string, string],
): string => {
  const nearest = m.min(m.min(m.sub(x, x0), m.sub(y, y0)), m.min(m.sub(x1, x), m.sub(y1, y)));
  return m.and(m.greater(nearest, INSIDE), m.greater(valid, 0));
};

/** [N, G, K]: one row per object. */
const oneHot = (b: GraphBuilder, labels: string, classes: number): string =>
  b.op(
    'OneHot',
    [b.op('Cast', [labels], { to: int(INT64) }), b.constant(int64s([classes], [])), b.constant(floats([0, 1]))],
    { axis: int(-1) },
  );

/** Cells that an object claims: [N, G, A] of truth. Where fewer than k have any t, those without get none. */
const claimed = (b: GraphBuilder, m: Arithmetic, t: string, topK: number): string => {
  const [values] = b.ops('TopK', [t, b.int64s([topK])], { axis: int(2) }, { outputs: 2 });
  const last = b.op('Slice', [values!, b.int64s([topK - 1]), b.int64s([topK]), b.int64s([2]), b.int64s([1])]);
  return m.and(m.atLeast(t, last), m.greater(t, 0));
};

/** One object a cell: of several claims, whoever has the largest overlap. */
const settled = (b: GraphBuilder, m: Arithmetic, claims: string, overlap: string, valid: string): string => {
  const row = b.op('CumSum', [valid, b.constant(int64s([1], []))]); // 1, 2, … [N, G, 1]
  const ordered = m.sub(overlap, m.mul(row, FIRST)); // [N, G, A]
  const best = m.and(m.equal(ordered, m.most(ordered, [1])), m.greater(overlap, 0));
  const several = m.greater(m.sum(m.asNumber(claims), [1]), 1); // [N, 1, A]
  return m.where(several, m.asNumber(best), m.asNumber(claims));
};

export const assign = (
  b: GraphBuilder,
  anchors: Anchors,
  truths: Truths,
  guesses: Guesses,
  topK: number = TOP_K,
): Assignment => {
  const m = arithmetic(b);
  const points = [anchors.x, anchors.y].map((at) => {
    const pixels = Float32Array.from(at, (value, i) => value * anchors.stride[i]!);
    return b.constant(floats(pixels, [1, 1, anchors.count]), 'middles');
  }) as [string, string];
  const objects = m.parts(truths.boxes, 4, 2) as unknown as Planes; // four of [N, G, 1]
  const valid = b.op('Unsqueeze', [truths.valid, b.int64s([2])]); // [N, G, 1]
  const inside = m.asNumber(insideOf(m, objects, valid, points)); // [N, G, A]
  const hot = oneHot(b, truths.labels, Number(b.shape(guesses.scores)[1])); // [N, G, K]
  const score = b.op('MatMul', [hot, guesses.scores]); // [N, G, A]
  const u = m.mul(m.max(ciou(b, objects, guesses.boxes), 0), inside);
  const t = m.mul(b.op('Sqrt', [score]), m.mul(m.square(m.mul(u, u)), m.square(u)));
  const positive = settled(b, m, claimed(b, m, t, topK), u, valid); // [N, G, A]
  const [ownT, ownU] = [m.mul(t, positive), m.mul(u, positive)];
  const share = m.div(m.mul(ownT, m.most(ownU, [2])), m.add(m.most(ownT, [2]), EPSILON)); // [N, G, A]
  const foreground = m.sum(positive, [1]); // [N, 1, A]
  const background = m.sub(1, foreground);
  const transposed = (value: string) => b.op('Transpose', [value], { perm: ints([0, 2, 1]) });
  const own = m.parts(b.op('MatMul', [transposed(truths.boxes), positive]), 4, 1); // four of [N, 1, A]
  const boxes = own.map((plane, i) => m.add(plane, m.mul(background, guesses.boxes[i]!))) as unknown as Planes;
  const targets = b.op('MatMul', [transposed(hot), share]);
  return { targets, boxes, weight: m.sum(share, [1]), positive: foreground };
};
