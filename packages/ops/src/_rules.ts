/** Rules that several operators share. */
import { TopiaryError } from '@topiary/errors';
import {
  type Dim,
  elementsAt,
  intOf,
  isFixed,
  type Node,
  placeOf,
  printShape,
  type Shape,
  type Tensor,
  type TensorType,
  toNumbers,
} from '@topiary/onnx';
import type { ChannelContext, Expr } from './_dimension.js';
import type { ChannelRule, MacsRule, Role, Roles, ShapeContext, ShapeRule } from './_op.js';

export const badNode = (node: Node, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_OPS_BAD_NODE', { where: placeOf(node), expected, got });

/** Input i, or a clear error where it is missing. */
export const required = (c: Pick<ShapeContext, 'node' | 'x'>, i: number): TensorType => {
  const type = c.x[i];
  if (!type) throw badNode(c.node, `input ${i}`, 'none');
  return type;
};

export const sameAsInput: ShapeRule = (c) => [required(c, 0)];

/** The type of input 0 for each of the node's outputs. */
export const like = (type: TensorType, shape: Shape): TensorType => ({ type: type.type, shape });

/** A dimension as a number; only the batch may be a symbol. */
export const fixedDim = (dim: Dim | undefined, node: Node): number => {
  if (dim !== undefined && isFixed(dim)) return dim;
  throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', {
    where: placeOf(node),
    expected: 'a dimension with a known size',
    got: dim === undefined ? 'too few dimensions' : `'${dim}'`,
  });
};

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number, node: Node): number => {
  const front = axis < 0 ? axis + rank : axis;
  if (front < 0 || front >= rank) throw badNode(node, `an axis of a tensor with ${rank} dimensions`, `${axis}`);
  return front;
};

interface Constants {
  readonly node: Node;
  constant(i: number): Tensor | null;
}

/** The integers of constant input i; null where the input is left out. */
export const optionalInts = (c: Constants, i: number): readonly number[] | null => {
  if (!c.node.inputs[i]) return null;
  const value = c.constant(i);
  if (!value) {
    throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', {
      where: placeOf(c.node),
      expected: `a constant as input ${i}`,
      got: `'${c.node.inputs[i]}', which is computed`,
    });
  }
  return toNumbers(value);
};

export const requiredInts = (c: Constants, i: number): readonly number[] => {
  const values = optionalInts(c, i);
  if (!values) throw badNode(c.node, `input ${i}`, 'none');
  return values;
};

/** Sizes of dimensions as constant input i gives them. */
export const requiredSizes = (c: Constants, i: number): readonly number[] => {
  const sizes = requiredInts(c, i);
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) return sizes;
  throw badNode(c.node, 'sizes of zero or more', `[${sizes}]`);
};

const broadcastDims = (a: Dim, b: Dim): Dim | null => {
  if (a === b || b === 1) return a;
  return a === 1 ? b : null;
};

/** Numpy's rule: align on the right, 1 stretches. */
export const broadcastShapes = (a: Shape, b: Shape, where: string): Shape => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const p = a[i - rank + a.length] ?? 1;
    const q = b[i - rank + b.length] ?? 1;
    const dim = broadcastDims(p, q);
    if (dim === null) {
      throw new TopiaryError('TOPIARY_OPS_BAD_NODE', {
        where,
        expected: 'shapes that broadcast',
        got: `${printShape(a)} and ${printShape(b)}`,
      });
    }
    return dim;
  });
};

export const broadcast: ShapeRule = (c) => {
  const first = required(c, 0);
  const shape = c.x
    .slice(1)
    .reduce<Shape>((s, x) => (x ? broadcastShapes(s, x.shape, placeOf(c.node)) : s), first.shape);
  return [{ type: first.type, shape }];
};

/** As `broadcast`, with elements of type bool (comparisons). */
export const broadcastToBool: ShapeRule = (c) => broadcast(c).map(({ shape }) => ({ type: 'bool', shape }));

/** Unifies dimensions that meet when shapes are aligned on the right; a size of one stretches. */
export const alignRight = (c: ChannelContext, operands: readonly (readonly Expr[])[], rank: number): Expr[] => {
  const y: Expr[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    let dim: Expr | null = null;
    for (const x of operands) {
      const e = x[axis - rank + x.length];
      if (!e || c.size(e) === 1) continue;
      if (dim) c.unify(dim, e);
      else dim = e;
    }
    y.push(dim ?? c.fixed(1));
  }
  return y;
};

/** Channel rule of element-wise operators with any number of inputs: dimensions that meet are equal. */
export const elementwise: ChannelRule = (c) => {
  const y = alignRight(c, c.x, c.types.y[0]!.shape.length);
  return c.types.y.map(() => y);
};

/** Does an operator work element by element, with inputs that stretch to each other's shapes? */
export const isElementwise = ({ channels }: { readonly channels: ChannelRule }): boolean => channels === elementwise;

/** Channel rule of operators that take no channel away and let none be taken: everything they touch stays whole. */
export const keepsAll: ChannelRule = (c) => {
  for (const dim of c.x.flat()) c.fix(dim);
  return c.types.y.map(({ shape }) => shape.map((dim) => c.fixed(dim)));
};

/** Channel rule of operators that need all of one axis (classes, tokens): it stays whole, the others pass. */
export const keepsAxis =
  (fallback: number): ChannelRule =>
  (c) => {
    const x = c.x[0]!;
    c.fix(x[fromFront(intOf(c.node, 'axis', fallback), x.length, c.node)]!);
    return c.types.y.map(() => x);
  };

/** Activations in the published counter: one per output element (spec pruningbench 2.8). */
export const onePerOutput: MacsRule = ({ y }) => ({ pure: 0, published: elementsAt(y[0]!.shape) });

/** Pooling in the published counter: one per input element. */
export const onePerInput: MacsRule = ({ x }) => ({ pure: 0, published: elementsAt(x[0]!.shape) });

/** Normalisations in the published counter: two per element, for they are affine. */
export const twoPerInput: MacsRule = ({ x }) => ({ pure: 0, published: 2 * elementsAt(x[0]!.shape) });

/** One number is a scalar, unless it stands for the only channel that a cut has left of an axis. */
const hasChannels = ({ shape }: TensorType, x: readonly (TensorType | null)[], { role }: Role): boolean => {
  const rank = shape.length;
  if (elementsAt(shape) !== 1) return elementsAt(shape) > 1;
  return rank > 0 && role !== 'parameter' && x.some((other) => other?.shape !== shape && other?.shape.at(-rank) === 1);
};

/** A matrix with one column per channel, a vector, a scalar: what an element-wise operator reads as a parameter. */
export const pointwiseRoles =
  (vector: Role): Roles =>
  (_node, x) =>
    Object.fromEntries(
      x.flatMap((type, i): [number, Role][] => {
        if (!type?.type.startsWith('float') || !hasChannels(type, x, vector)) return [];
        return [[i, type.shape.length === 1 ? vector : { role: 'parameter' }]];
      }),
    );
