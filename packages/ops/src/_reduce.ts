/** What the reductions share. Axes are input 1 (opset 18); left out, all axes are reduced. */
import {
  DATA_TYPES,
  type Dim,
  elementsAt,
  type GraphBuilder,
  int,
  intOf,
  isFixed,
  type Node,
  type Tensor,
} from '@topiary/onnx';
import { folded, WEIGHTS } from './_cost.js';
import { reshapeTo, sumOver } from './_emit.js';
import {
  type ChannelRule,
  forbidden,
  type GradientRule,
  none,
  noRoles,
  nothing,
  type ShapeRule,
  type ValueRule,
} from './_op.js';
import { constantOf } from './_reshape.js';
import { fromFront, like, optionalInts, required } from './_rules.js';
import { addElements, type Element, numbersOf, reduceKnown } from './_value.js';

interface Source {
  readonly node: Node;
  constant(i: number): Tensor | null;
}

export const axesOf = (c: Source, rank: number): readonly number[] => {
  const axes = optionalInts(c, 1) ?? [];
  if (axes.length > 0) return axes.map((axis) => fromFront(axis, rank, c.node));
  return intOf(c.node, 'noop_with_empty_axes', 0) ? [] : [...Array(rank).keys()];
};

const keeps = (node: Node): boolean => intOf(node, 'keepdims', 1) === 1;

export const reducedShape: ShapeRule = (c) => {
  const x = required(c, 0);
  const axes = new Set(axesOf(c, x.shape.length));
  const shape = x.shape.map((dim, axis): Dim => (axes.has(axis) ? 1 : dim));
  return [like(x, keeps(c.node) ? shape : x.shape.filter((_, axis) => !axes.has(axis)))];
};

/** What is reduced may lose channels: the narrow operator reduces what is left. */
const reducedChannels: ChannelRule = (c) => {
  const x = c.x[0]!;
  const axes = new Set(axesOf(c, x.length));
  if (!keeps(c.node)) return [x.filter((_, axis) => !axes.has(axis))];
  return [x.map((dim, axis) => (axes.has(axis) ? c.fixed(1) : dim))];
};

export const reducedValue =
  (combine: (a: Element, b: Element) => Element): ValueRule =>
  (c) => {
    const x = c.known(0);
    if (!x || (c.node.inputs[1] && !constantOf(c, 1))) return null;
    const axes = axesOf({ node: c.node, constant: (i) => constantOf(c, i) }, x.dims.length);
    return [reduceKnown(x, axes, keeps(c.node), combine)];
  };

/** after(Σ before(x), how many), on numbers alone. */
export const reducedNumbers =
  (before: (x: number) => number, after: (sum: number, count: number) => number): ValueRule =>
  (c) => {
    const x = c.known(0);
    const numbers = numbersOf(x);
    if (!x || !numbers) return null;
    const summed = reducedValue((a, b) => addElements([a, b], 'float64'))({
      ...c,
      known: (i) => (i === 0 ? { ...x, data: numbers.map(before) } : c.known(i)),
    });
    return (
      summed?.map((y) => ({ ...y, data: y.data.map((sum) => after(Number(sum), x.data.length / y.data.length)) })) ??
      null
    );
  };

/** Everything but type, since, value and gradient. */
export const reduction = {
  domain: '',
  gradient: forbidden,
  shape: reducedShape,
  channels: reducedChannels,
  rewrite: nothing,
  macs: none,
  cost: folded(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
} as const;

/** A reduced value with axes of size one where it was reduced, so that it meets x again. */
export const beside = (b: GraphBuilder, node: Node, x: readonly string[], value: string): string => {
  const shape = b.shape(x[0]!);
  const axes = new Set(axesOf({ node, constant: (i) => b.constantOf(x[i]!) }, shape.length));
  return reshapeTo(
    b,
    value,
    shape.map((dim, axis): Dim => (axes.has(axis) ? 1 : dim)),
  );
};

/** The gradient of a reduced value back over the shape of x, where a number of one axis each stood. */
export const spread = (b: GraphBuilder, node: Node, x: readonly string[], dy: string): string => {
  const shape = b.shape(x[0]!);
  const axes = new Set(axesOf({ node, constant: (i) => b.constantOf(x[i]!) }, shape.length));
  const column = beside(b, node, x, dy);
  const target = shape.map((dim, axis) => (axes.has(axis) && isFixed(dim) ? dim : 1));
  return b.op('Expand', [column, b.int64s(target)]);
};

/** How many elements are folded into one. */
export const foldedInto = (b: GraphBuilder, node: Node, x: readonly string[]): number => {
  const shape = b.shape(x[0]!);
  const axes = axesOf({ node, constant: (i) => b.constantOf(x[i]!) }, shape.length);
  return elementsAt(axes.map((axis) => shape[axis]!));
};

// equal extremes share dY: dX = [X = Y] · dY / how many they are (as PyTorch's amax and amin do)
export const extremeGradient: GradientRule = ({ b, node, x, y, dY }) => {
  const { length } = b.shape(x[0]!);
  const axes = axesOf({ node, constant: (i) => b.constantOf(x[i]!) }, length);
  const found = b.op('Equal', [x[0]!, beside(b, node, x, y[0]!)]);
  const mask = b.op('Cast', [found], { to: int(DATA_TYPES[b.type(x[0]!).type]) });
  const share = b.op('Div', [beside(b, node, x, dY[0]!), sumOver(b, mask, axes, true)]);
  return [b.op('Mul', [mask, share]), ...x.slice(1).map(() => null)];
};
