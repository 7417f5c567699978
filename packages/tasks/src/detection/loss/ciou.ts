/**
 * Complete IoU of boxes in a graph (https://arxiv.org/abs/1911.08287, eq. 9 to 12): overlap, distance of the centres,
 * and how far the shapes differ.
 *
 *   CIoU = IoU - ρ²/c² - α v,   v = 4/π² (atan w₂/h₂ - atan w₁/h₁)²,   α = v / (1 - IoU + v)
 *
 * α is a constant for the gradient, as in the authors' code.
 */
import { stopGradient } from '@topiary/autodiff';
import type { GraphBuilder } from '@topiary/onnx';
import { arithmetic, type Planes } from './_planes.js';

const EPSILON = 1e-7;

/** Elementwise, with broadcasting; the gradient goes to both. */
export const ciou = (b: GraphBuilder, first: Planes, second: Planes): string => {
  const { add, sub, mul, div, max, min, square } = arithmetic(b);
  const [ax0, ay0, ax1, ay1] = first;
  const [bx0, by0, bx1, by1] = second;
  const sizeOf = ([x0, y0, x1, y1]: Planes) => [sub(x1, x0), add(sub(y1, y0), EPSILON)] as const;
  const [w1, h1] = sizeOf(first);
  const [w2, h2] = sizeOf(second);
  const common = mul(max(sub(min(ax1, bx1), max(ax0, bx0)), 0), max(sub(min(ay1, by1), max(ay0, by0)), 0));
  const union = add(sub(add(mul(w1, h1), mul(w2, h2)), common), EPSILON);
  const iou = div(common, union);
  // the box around both
  const [cw, ch] = [sub(max(ax1, bx1), min(ax0, bx0)), sub(max(ay1, by1), min(ay0, by0))];
  const diagonal = add(add(square(cw), square(ch)), EPSILON);
  const apart = (p0: string, p1: string, q0: string, q1: string) => square(sub(add(q0, q1), add(p0, p1)));
  const distance = mul(add(apart(ax0, ax1, bx0, bx1), apart(ay0, ay1, by0, by1)), 0.25);
  const angle = (w: string, h: string) => b.op('Atan', [div(w, h)]);
  const v = mul(square(sub(angle(w2, h2), angle(w1, h1))), 4 / Math.PI ** 2);
  const alpha = stopGradient(b, div(v, add(sub(v, iou), 1 + EPSILON)));
  return sub(iou, add(div(distance, diagonal), mul(v, alpha)));
};
