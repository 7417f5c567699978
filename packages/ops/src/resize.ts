/** Resize: nearest neighbours or interpolation by fixed scales. https://onnx.ai/onnx/operators/onnx__Resize.html */
import { type Dim, int64s, intOf, intsOf, isFixed, type Node, stringOf } from '@topiary/onnx';
import { gathered } from './_cost.js';
import { type CostContext, defineOp, noRoles, noValue } from './_op.js';
import { resizeGradient } from './_resize.js';
import { badNode, fixedDim, fromFront, like, onePerOutput, optionalInts, required } from './_rules.js';

const axesOf = (node: Node, rank: number): readonly number[] =>
  (intsOf(node, 'axes') ?? [...Array(rank).keys()]).map((axis) => fromFront(axis, rank, node));

/** Neighbours along an axis that an output is made of; with antialias a shrinking window widens by the factor. */
const NEIGHBOURS: Readonly<Record<string, number>> = { nearest: 1, linear: 2, cubic: 4 };

const tapsOf = ({ node, x, y }: CostContext): number => {
  const each = NEIGHBOURS[stringOf(node, 'mode', 'nearest')] ?? 1;
  const widens = intOf(node, 'antialias', 0) === 1;
  return y[0]!.shape.reduce<number>((taps, dim, axis) => {
    const size = x[0]!.shape[axis]!;
    if (dim === size || !isFixed(dim) || !isFixed(size)) return taps;
    return taps * each * (widens ? Math.max(1, Math.ceil(size / dim)) : 1);
  }, 1);
};

export const Resize = defineOp({
  type: 'Resize',
  domain: '',
  since: 19,
  // inputs: x, region of interest, scales, sizes
  shape: (c) => {
    const x = required(c, 0);
    const rank = x.shape.length;
    const axes = axesOf(c.node, rank);
    const shape: Dim[] = [...x.shape];
    const sizes = optionalInts(c, 3);
    const scales = sizes?.length ? null : optionalInts(c, 2);
    if (!sizes?.length && !scales?.length) throw badNode(c.node, 'scales or sizes', 'neither');
    if (stringOf(c.node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
      throw badNode(c.node, "keep_aspect_ratio_policy 'stretch'", stringOf(c.node, 'keep_aspect_ratio_policy', ''));
    }
    axes.forEach((axis, i) => {
      if (sizes?.length) shape[axis] = isFixed(shape[axis]!) ? sizes[i]! : shape[axis]!;
      else if (scales![i] !== 1) shape[axis] = Math.floor(fixedDim(shape[axis], c.node) * scales![i]!);
    });
    if (shape.some((dim) => isFixed(dim) && !(Number.isSafeInteger(dim) && dim >= 0)))
      throw badNode(c.node, 'sizes', `[${shape}]`);
    return [like(x, shape)];
  },
  value: noValue,
  gradient: ({ b, node, x, y, dY }) => [resizeGradient(b, node, x, y[0]!, dY[0]!), ...x.slice(1).map(() => null)],
  // batch and channels pass, places are new
  channels: (c) => {
    const [x, y] = [c.types.x[0]!.shape, c.types.y[0]!.shape];
    const dims = c.x[0]!.map((dim, axis) => {
      if (axis < 2 && x[axis] === y[axis]) return dim;
      c.fix(dim);
      return c.fixed(y[axis]!);
    });
    return [dims];
  },
  // sizes may restate the channels
  rewrite: (c) => {
    const sizes = optionalInts(c, 3);
    if (!sizes?.length) return {};
    const axes = axesOf(c.node, c.after.y[0]!.shape.length);
    const kept = sizes.map((size, i) => {
      const dim = c.after.y[0]!.shape[axes[i]!]!;
      return isFixed(dim) ? dim : size;
    });
    return { constants: { 3: int64s(kept) } };
  },
  macs: onePerOutput,
  cost: gathered(tapsOf),
  roles: noRoles,
  uploads: true,
});
