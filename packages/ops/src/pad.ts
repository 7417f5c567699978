/** Pad: adds elements around. https://onnx.ai/onnx/operators/onnx__Pad.html */
import { int64s, isFixed, type Node, type Shape, stringOf, type Tensor, toNumbers } from '@topiary/onnx';
import { moved } from './_cost.js';
import { noGradient } from './_emit.js';
import { defineOp, none, noRoles, noValue } from './_op.js';
import { badNode, fixedDim, fromFront, like, optionalInts, required, requiredInts } from './_rules.js';

interface Source {
  readonly node: Node;
  constant(i: number): Tensor | null;
}

/** How many elements come before and after each axis. Inputs: data, pads, value, axes. */
const padsOf = (c: Source, rank: number): readonly (readonly [number, number])[] => {
  const pads = requiredInts(c, 1);
  const axes = optionalInts(c, 3) ?? [...Array(rank).keys()];
  if (pads.length !== 2 * axes.length) throw badNode(c.node, `${2 * axes.length} pads`, `${pads.length}`);
  const out = Array.from({ length: rank }, (): [number, number] => [0, 0]);
  axes.forEach((axis, i) => {
    out[fromFront(axis, rank, c.node)] = [pads[i]!, pads[i + axes.length]!];
  });
  return out;
};

const isZeros = (c: Source): boolean => {
  if (stringOf(c.node, 'mode', 'constant') !== 'constant') return false;
  if (!c.node.inputs[2]) return true;
  const value = c.constant(2);
  return value !== null && toNumbers(value).every((number) => number === 0);
};

const isPadded = ([before, after]: readonly [number, number]): boolean => before !== 0 || after !== 0;

export const Pad = defineOp({
  type: 'Pad',
  domain: '',
  since: 18,
  shape: (c) => {
    const x = required(c, 0);
    const pads = padsOf(c, x.shape.length);
    const shape: Shape = x.shape.map((dim, axis) =>
      isPadded(pads[axis]!) ? fixedDim(dim, c.node) + pads[axis]![0] + pads[axis]![1] : dim,
    );
    if (shape.some((dim) => isFixed(dim) && dim < 0)) throw badNode(c.node, 'something left', `[${shape}]`);
    return [like(x, shape)];
  },
  value: noValue,
  // dX is the middle of dY
  gradient: ({ b, node, x, dY }) => {
    const shape = b.shape(x[0]!);
    const mode = stringOf(node, 'mode', 'constant');
    if (mode !== 'constant') throw noGradient(node, "mode 'constant'", `'${mode}'`);
    const pads = padsOf({ node, constant: (i) => b.constantOf(x[i]!) }, shape.length);
    const axes = pads.flatMap((pad, axis) => (isPadded(pad) ? [axis] : []));
    const rest = x.slice(1).map(() => null);
    if (axes.length === 0) return [dY[0]!, ...rest];
    if (axes.some((axis) => Math.min(...pads[axis]!) < 0)) throw noGradient(node, 'pads of zero or more', `[${pads}]`);
    const starts = axes.map((axis) => pads[axis]![0]);
    const ends = axes.map((axis, i) => starts[i]! + fixedDim(shape[axis], node));
    return [b.op('Slice', [dY[0]!, b.int64s(starts), b.int64s(ends), b.int64s(axes)]), ...rest];
  },
  // zeros: [new | x | new]; anything else leaves the axis whole
  channels: (c) => {
    const pads = padsOf(c, c.x[0]!.length);
    const zeros = isZeros(c);
    const y = c.x[0]!.map((dim, axis) => {
      const [before, after] = pads[axis]!;
      if (before === 0 && after === 0) return dim;
      if (zeros && before >= 0 && after >= 0) return c.sum([c.free(before), dim, c.free(after)]);
      c.fix(dim);
      return c.fixed(c.types.y[0]!.shape[axis]!);
    });
    return [y];
  },
  rewrite: (c) => {
    const shape = c.before.x[0]!.shape;
    const after = c.after.y[0]!.shape;
    const pads = padsOf(c, shape.length).map(([low, high], axis) => {
      const size = shape[axis]!;
      if (!isPadded([low, high]) || !isFixed(size) || after[axis] === c.before.y[0]!.shape[axis]) return [low, high];
      const kept = c.keptOut(0, axis);
      const inside = (position: number) => position >= low && position < low + size;
      const first = kept.filter((position) => position < low).length;
      return [first, kept.length - first - kept.filter(inside).length];
    });
    const axes = optionalInts(c, 3) ?? pads.map((_, axis) => axis);
    const rows = axes.map((axis) => pads[fromFront(axis, shape.length, c.node)]!);
    return { constants: { 1: int64s([...rows.map(([low]) => low!), ...rows.map(([, high]) => high!)]) } };
  },
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
