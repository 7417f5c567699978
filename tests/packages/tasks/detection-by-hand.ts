/** The raw outputs of a small head in double precision, from their definition: what the loss's terms are computed from by hand. */
import { anchorsOf } from '../../../packages/tasks/src/detection/anchors.js';
import type { Corners, Head } from '../../../packages/tasks/src/detection/types.js';

/** 32 pixels, one map of 4 by 4 cells. */
export const SMALL: Head = { size: 32, strides: [8], bins: 4, classes: 2 };
export const CELLS = anchorsOf(SMALL);
const A = CELLS.count;

export interface Raw {
  readonly boxes: Float64Array;
  readonly scores: Float64Array;
}

/** IoU, v and the distance of the centres over the diagonal, of boxes in pixels; as in cells but for the epsilons. */
export const overlapOf = (a: Corners, b: Corners): readonly [number, number, number] => {
  const [w1, h1, w2, h2] = [a[2] - a[0], a[3] - a[1], b[2] - b[0], b[3] - b[1]];
  const common =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const v = (4 / Math.PI ** 2) * (Math.atan(w2 / h2) - Math.atan(w1 / h1)) ** 2;
  const [cw, ch] = [Math.max(a[2], b[2]) - Math.min(a[0], b[0]), Math.max(a[3], b[3]) - Math.min(a[1], b[1])];
  const rho2 = ((b[0] + b[2] - a[0] - a[2]) ** 2 + (b[1] + b[3] - a[1] - a[3]) ** 2) / 4;
  return [common / (w1 * h1 + w2 * h2 - common), v, rho2 / (cw * cw + ch * ch)];
};

/** Picture n of a batch on `SMALL`: corners in pixels, scores, and log softmax of side, bin, cell. */
export const decoded = ({ boxes, scores }: Raw, n: number) => {
  const { bins, classes } = SMALL;
  const at = (side: number, k: number, a: number) => boxes[((n * 4 + side) * bins + k) * A + a]!;
  const log = (side: number, k: number, a: number) =>
    at(side, k, a) - Math.log(Array.from({ length: bins }, (_, j) => Math.exp(at(side, j, a))).reduce((x, y) => x + y));
  const distance = (side: number, a: number) =>
    Array.from({ length: bins }, (_, k) => k * Math.exp(log(side, k, a))).reduce((x, y) => x + y);
  const logits = [...scores.subarray(n * classes * A, (n + 1) * classes * A)];
  return {
    log,
    logits,
    scores: logits.map((x) => 1 / (1 + Math.exp(-x))),
    boxes: Array.from({ length: A }, (_, a): Corners => {
      const [x, y] = [CELLS.x[a]!, CELLS.y[a]!];
      return [x - distance(0, a), y - distance(1, a), x + distance(2, a), y + distance(3, a)].map(
        (v) => 8 * v,
      ) as unknown as Corners;
    }),
  };
};
