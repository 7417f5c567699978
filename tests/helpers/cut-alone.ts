/** Cuts one operator: runs its channel rule on free dimensions, takes channels away, and rewrites the node. */
import { type Attributes, elements, type Node, type Tensor, type TensorType, type TypedArray } from '@topiary/onnx';
import type { ChannelContext, Expr, Op } from '@topiary/ops';
import { Algebra, type Atom, type Dimension, keptPositions, leavesOf, resolve } from '@topiary/pruning';
import type { Row } from './expect-op.js';
import type { Operand } from './operands.js';

export interface Cut {
  readonly name: string;
  readonly inputs: readonly (Operand | null)[];
  /** The wide inputs with zeros where channels go. */
  readonly zeroed: readonly (Operand | null)[];
  readonly attributes: Attributes;
  /** An output without the channels that go. */
  slice(output: number, wide: Tensor): Tensor;
}

const typeOf = ({ type, dims }: Tensor): TensorType => ({ type, shape: dims });
const all = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

const strides = (dims: readonly number[]): number[] => dims.map((_, i) => elements(dims.slice(i + 1)));

const take = (value: Tensor, kept: readonly Int32Array[]): Tensor => {
  const dims = kept.map((positions) => positions.length);
  const [from, to] = [strides(value.dims), strides(dims)];
  const data = value.data.slice(0, elements(dims)) as TypedArray;
  for (let at = 0; at < data.length; at += 1) {
    const source = dims.reduce(
      (sum, dim, axis) => sum + kept[axis]![Math.floor(at / to[axis]!) % dim]! * from[axis]!,
      0,
    );
    data[at] = value.data[source]!;
  }
  return { type: value.type, dims, data };
};

const zero = (value: Tensor, kept: readonly Int32Array[]): Tensor => {
  if (value.type !== 'float32') return value;
  const sets = kept.map((positions) => new Set(positions));
  const step = strides(value.dims);
  const data = Float32Array.from(value.data as Float32Array, (x, at) =>
    value.dims.every((dim, axis) => sets[axis]!.has(Math.floor(at / step[axis]!) % dim)) ? x : 0,
  );
  return { ...value, data };
};

const contextOf = (
  algebra: Algebra,
  row: Row,
  node: Node,
  x: readonly (readonly Dimension[])[],
  y: readonly TensorType[],
): ChannelContext => {
  const own = (e: Expr) => resolve(e as Dimension);
  return {
    node,
    types: { x: row.inputs.map((operand) => operand && typeOf(operand.value)), y },
    x,
    constant: (i) => (row.inputs[i]?.kind === 'data' ? null : (row.inputs[i]?.value ?? null)),
    size: (e) => own(e).size,
    unify: (a, b) => algebra.unify(own(a), own(b)),
    fix: (e) => algebra.fix(own(e), 'fixed by the rule'),
    fixed: (dim) => algebra.atom(Number(dim), 'fixed'),
    free: (size) => algebra.atom(size),
    sum: (parts) => algebra.sum(parts.map(own)),
    product: (factors) => algebra.product(factors.map(own)),
    split: (e, sizes) => algebra.split(own(e), sizes),
    reshape: (dims, to) => algebra.reshape(dims.map(own), to.map(Number)),
  };
};

export const cutAlone = (row: Row, node: Node, op: Op, wide: Record<string, Tensor>) => {
  const algebra = new Algebra();
  const y = node.outputs.map((output) => typeOf(wide[output]!));
  // shapes, axes and other integers that a rule reads are nobody's channels
  const dimOf = (operand: Operand, size: number): Dimension =>
    algebra.atom(size, operand.kind === 'constant' ? 'a constant' : null);
  const x = row.inputs.map((operand) => operand?.value.dims.map((size) => dimOf(operand, size)) ?? []);
  const out = op.channels(contextOf(algebra, row, node, x, y)).map((dims) => dims.map((e) => resolve(e as Dimension)));
  const inputs = x.map((dims) => dims.map(resolve));
  const atoms = [...new Set([...inputs, ...out].flat().flatMap(leavesOf))].filter(({ fixed }) => fixed === null);

  const without = (gone: readonly Atom[]): Cut => {
    // every atom loses the channels 1, 3, …
    const keptOf = (atom: Atom) => (gone.includes(atom) ? all(atom.size).filter((i) => i % 2 === 0) : null);
    const kept = (dims: readonly Dimension[]) => dims.map((dim) => keptPositions(dim, keptOf) ?? all(dim.size));
    const [keptIn, keptOut] = [inputs.map(kept), out.map(kept)];
    const narrow = row.inputs.map((operand, i) => operand && { ...operand, value: take(operand.value, keptIn[i]!) });
    const after = (positions: readonly Int32Array[], type: TensorType): TensorType => ({
      type: type.type,
      shape: positions.map(({ length }) => length),
    });
    const types = row.inputs.map((operand) => operand && typeOf(operand.value));
    const { attributes, constants } = op.rewrite({
      node,
      before: { x: types, y },
      after: {
        x: types.map((type, i) => type && after(keptIn[i]!, type)),
        y: y.map((type, i) => after(keptOut[i]!, type)),
      },
      constant: (i) => row.inputs[i]?.value ?? null,
      keptIn: (i, axis) => keptIn[i]![axis]!,
      keptOut: (i, axis) => keptOut[i]![axis]!,
    });
    for (const [i, value] of Object.entries(constants ?? {})) {
      narrow[Number(i)] = { value, kind: 'constant', batched: false };
    }
    return {
      name: gone.map(({ id, size }) => `a${id}:${size}`).join(', '),
      inputs: narrow,
      zeroed: row.inputs.map((operand, i) => operand && { ...operand, value: zero(operand.value, keptIn[i]!) }),
      attributes: { ...node.attributes, ...attributes },
      slice: (i, value) => take(value, keptOut[i]!),
    };
  };
  return {
    atoms: atoms.length,
    each: (): readonly Cut[] => [
      ...atoms.map((atom) => without([atom])),
      ...(atoms.length > 1 ? [without(atoms)] : []),
    ],
  };
};
