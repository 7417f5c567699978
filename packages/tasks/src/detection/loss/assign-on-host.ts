/**
 * The assigner once more, as its definition reads: lists and places instead of masks. It is what the graph is tested
 * against, and what explains an assignment of one picture.
 */
import type { Corners } from '@topiary/zoo';
import type { Anchors } from '../anchors.js';
import { TOP_K } from './assign.js';

const INSIDE = 1e-9;
const EPSILON = 1e-9;

/** Complete IoU, in double precision; see `ciou.ts`. */
export const ciouOf = (a: Corners, b: Corners): number => {
  const small = 1e-7;
  const [w1, h1] = [a[2] - a[0], a[3] - a[1] + small];
  const [w2, h2] = [b[2] - b[0], b[3] - b[1] + small];
  const common =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const iou = common / (w1 * h1 + w2 * h2 - common + small);
  const [cw, ch] = [Math.max(a[2], b[2]) - Math.min(a[0], b[0]), Math.max(a[3], b[3]) - Math.min(a[1], b[1])];
  const rho2 = ((b[0] + b[2] - a[0] - a[2]) ** 2 + (b[1] + b[3] - a[1] - a[3]) ** 2) / 4;
  const v = (4 / Math.PI ** 2) * (Math.atan(w2 / h2) - Math.atan(w1 / h1)) ** 2;
  const alpha = v / (v - iou + 1 + small);
  return iou - rho2 / (cw * cw + ch * ch + small) - alpha * v;
};

export interface HostTruth {
  readonly box: Corners;
  readonly class: number;
}

/** A cell that answers for an object. */
export interface Answering {
  readonly anchor: number;
  readonly truth: number;
  /** What its score of the object's class should be. */
  readonly target: number;
}

interface Candidate {
  readonly anchor: number;
  readonly u: number;
  readonly t: number;
}

/**
 * `boxes`: predicted corners in pixels, by cell; `scores`: [K, A], 0 … 1. Returns the cells that answer for something,
 * in their order.
 */
export const assignOnHost = (
  anchors: Anchors,
  truths: readonly HostTruth[],
  { boxes, scores }: { readonly boxes: readonly Corners[]; readonly scores: Float32Array },
  topK: number = TOP_K,
): readonly Answering[] => {
  const middle = (a: number) => [anchors.x[a]! * anchors.stride[a]!, anchors.y[a]! * anchors.stride[a]!] as const;
  const candidates = truths.map(({ box, class: label }): Candidate[] =>
    boxes.flatMap((found, anchor) => {
      const [x, y] = middle(anchor);
      if (Math.min(x - box[0], y - box[1], box[2] - x, box[3] - y) <= INSIDE) return [];
      const u = Math.max(0, ciouOf(box, found));
      const score = scores[label * anchors.count + anchor]!;
      return [{ anchor, u, t: Math.sqrt(score) * u ** 6 }];
    }),
  );
  const overlap = (truth: number, anchor: number): number =>
    candidates[truth]!.find((one) => one.anchor === anchor)?.u ?? 0;
  const owners = new Map<number, number[]>();
  candidates.forEach((list, truth) => {
    const best = list.filter(({ t }) => t > 0).sort((a, b) => b.t - a.t);
    for (const { anchor } of best.slice(0, topK)) owners.set(anchor, [...(owners.get(anchor) ?? []), truth]);
  });
  const settled = [...owners].map(([anchor, claims]) => {
    const all = truths.map((_, truth) => overlap(truth, anchor));
    return { anchor, truth: claims.length === 1 ? claims[0]! : all.indexOf(Math.max(...all)) };
  });
  const own = (truth: number): Candidate[] =>
    settled
      .filter((one) => one.truth === truth)
      .map(({ anchor }) => candidates[truth]!.find((one) => one.anchor === anchor)!);
  return truths
    .flatMap((_, truth) => {
      const cells = own(truth);
      const [mostT, mostU] = [Math.max(0, ...cells.map(({ t }) => t)), Math.max(0, ...cells.map(({ u }) => u))];
      return cells.map(({ anchor, t }) => ({ anchor, truth, target: (t * mostU) / (mostT + EPSILON) }));
    })
    .sort((a, b) => a.anchor - b.anchor);
};
