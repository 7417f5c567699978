/**
 * Writes a node whose meaning depends on shapes with constants, now that the types of its inputs are known. A rule
 * returns the nodes that stand in its place; the last one has the outputs of the original.
 */
import {
  type Dim,
  divideDims,
  int,
  int64s,
  intOf,
  ints,
  isFixed,
  multiplyDims,
  type Node,
  type Shape,
  sameShape,
  sizeOf,
} from '@topiary/onnx';
import { autoPad } from './auto-pad.js';
import { compose, groupNormalization } from './compose.js';
import { einsum } from './einsum.js';
import { expandOverBatch } from './expand-over-batch.js';
import type { Folding } from './fold.js';
import { toTarget } from './known.js';
import { standardise } from './standardise.js';

export type Rule = (node: Node, folding: Folding) => readonly Node[];

/** The shape that a Reshape makes: 0 copies, -1 is what is left. Null where two dimensions are unknown. */
const resolveTarget = (x: Shape, target: readonly (Dim | null)[], allowZero: boolean): Dim[] | null => {
  const dims = target.map((dim, i) => (dim === 0 && !allowZero ? (x[i] ?? null) : dim));
  const unknown = dims.flatMap((dim, i) => (dim === null || dim === -1 ? [i] : []));
  if (unknown.length === 0) return dims as Dim[];
  const size = sizeOf(x);
  const rest = dims.reduce<Dim | null>(
    (n, dim) => (n === null || dim === null || dim === -1 ? n : multiplyDims(n, dim)),
    1,
  );
  const missing = size === null || rest === null ? null : divideDims(size, rest);
  if (unknown.length > 1 || missing === null) return null;
  dims[unknown[0]!] = missing;
  return dims as Dim[];
};

/** A file with a fixed batch wrote it into its targets: there the first dimension carries the batch again. */
const restoreBatch = (x: Shape, dims: Dim[]): Dim[] => {
  const size = sizeOf(x);
  if (size === null || isFixed(size) || !dims.every(isFixed)) return dims;
  const rest = dims.slice(1).reduce((n, dim) => n * dim, 1);
  const first = divideDims(size, rest);
  return first === null ? dims : [first, ...dims.slice(1)];
};

const reshape: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  const target = folding.known(node.inputs[1] ?? '');
  if (!x || !target) return [node];
  const resolved = resolveTarget(x.shape, target.data, intOf(node, 'allowzero', 0) === 1);
  const numbers = resolved && toTarget(restoreBatch(x.shape, resolved));
  if (!numbers) return [node];
  const { allowzero: _, ...attributes } = node.attributes;
  const zero = numbers.includes(0) ? { allowzero: int(1) } : {};
  const constant = folding.draft.initializers.has(node.inputs[1]!) && numbers.join() === target.data.join();
  const shape = constant ? node.inputs[1]! : folding.draft.constant(int64s(numbers), `${node.name}.shape`);
  return [{ ...node, inputs: [node.inputs[0]!, shape], attributes: { ...attributes, ...zero } }];
};

const broadcast = (a: Shape, b: readonly (Dim | null)[]): Dim[] | null => {
  const rank = Math.max(a.length, b.length);
  const dims: Dim[] = [];
  for (let i = 0; i < rank; i += 1) {
    const [p, q] = [a[i - rank + a.length] ?? 1, i - rank + b.length < 0 ? 1 : (b[i - rank + b.length] ?? null)];
    if (q === null || (p !== q && p !== 1 && q !== 1)) return null;
    dims.push(p === 1 ? q : p);
  }
  return dims;
};

const expand: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  const target = folding.known(node.inputs[1] ?? '');
  const shape = x && target && broadcast(x.shape, target.data);
  return shape ? stretch(node, x.shape, shape, folding) : [node];
};

/** Only a batch that the value does not have yet is spread over; where it has one, the target says 1. */
const stretch = (node: Node, x: Shape, shape: readonly Dim[], folding: Folding): readonly Node[] => {
  if (sameShape(shape, x)) return [copyOf(node)];
  if (node.op === 'Expand' && folding.draft.initializers.has(node.inputs[1]!)) return [node];
  const target = shape.map((dim, i) => (dim === x[i - shape.length + x.length] && !isFixed(dim) ? 1 : dim));
  if (!target.every(isFixed)) return expandOverBatch({ ...node, op: 'Expand', attributes: {} }, shape, folding);
  const constant = folding.draft.constant(int64s(target), `${node.name}.shape`);
  return [{ ...node, op: 'Expand', inputs: [node.inputs[0]!, constant], attributes: {} }];
};

/** What is left of a node that changes nothing; `dropNeutral` removes it. */
const copyOf = (node: Node): Node => ({ ...node, op: 'Identity', inputs: [node.inputs[0]!], attributes: {} });

/** Zeros (or another number) of a shape with the batch in it: one element, spread out. */
const constantOfShape: Rule = (node, folding) => {
  const target = folding.known(node.inputs[0]!);
  if (!target || target.data.some((dim) => dim === null) || target.data.every((dim) => isFixed(dim!))) return [node];
  const shape = target.data as Dim[];
  const attribute = node.attributes['value'];
  const value = attribute?.kind === 'tensor' ? attribute.value : null;
  const type = value?.type ?? 'float32';
  const data = value?.data ?? Float32Array.of(0);
  const one = folding.draft.constant({ type, dims: shape.map(() => 1), data }, `${node.name}.value`);
  return expandOverBatch({ ...node, op: 'Expand', inputs: [one, node.inputs[0]!], attributes: {} }, shape, folding);
};

/** Repeats of a dimension of one are an Expand. */
const tile: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  const repeats = folding.known(node.inputs[1] ?? '');
  if (!x || repeats?.data.length !== x.shape.length) return [node];
  const shape = repeats.data.map((n, i) => (n === null ? null : multiplyDims(n, x.shape[i]!)));
  if (!shape.every((dim, i): dim is Dim => dim !== null && (dim === x.shape[i] || x.shape[i] === 1))) return [node];
  return stretch(node, x.shape, shape, folding);
};

/** `x[:, :n]` with n the whole dimension. */
const slice: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  const ends = folding.known(node.inputs[2] ?? '');
  if (!x || !ends || ends.data.every((end) => end !== null && isFixed(end))) return [node];
  const axes = node.inputs[3] ? folding.known(node.inputs[3])?.data : x.shape.map((_, i) => i);
  const numbers = ends.data.map((end, i) => {
    const axis = Number(axes?.[i] ?? Number.NaN);
    return end === x.shape[axis < 0 ? axis + x.shape.length : axis] && typeof end === 'string' ? 2 ** 31 - 1 : end;
  });
  if (!numbers.every((end): end is number => typeof end === 'number')) return [node];
  const inputs = [...node.inputs];
  inputs[2] = folding.draft.constant(int64s(numbers), `${node.name}.ends`);
  return [{ ...node, inputs }];
};

/** `interpolate(x, size=other.shape[2:])`: the sizes say the batch again; only what changes is named. */
const resize: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  const sizes = folding.known(node.inputs[3] ?? '');
  if (!x || sizes?.data.length !== x.shape.length || !sizes.data.includes(folding.settings.batch)) return [node];
  const changed = sizes.data.flatMap((size, axis) => (size === x.shape[axis] ? [] : [axis]));
  const numbers = changed.map((axis) => sizes.data[axis]);
  if (!numbers.every((size): size is number => typeof size === 'number')) return [node];
  const constant = folding.draft.constant(int64s(numbers), `${node.name}.sizes`);
  const attributes = { ...node.attributes, axes: ints(changed) };
  return [changed.length > 0 ? { ...node, inputs: [node.inputs[0]!, '', '', constant], attributes } : copyOf(node)];
};

/** Equal parts, written out: a cut makes them unequal, and a node may not say both. */
const split: Rule = (node, folding) => {
  const size = folding.type(node.inputs[0]!)?.shape.at(intOf(node, 'axis', 0));
  if (node.inputs[1] || typeof size !== 'number') return [node];
  const count = node.outputs.length;
  const each = Math.ceil(size / count);
  const sizes = node.outputs.map((_, i) => Math.min(each, size - i * each));
  const { num_outputs: _, ...attributes } = node.attributes;
  const constant = folding.draft.constant(int64s(sizes), `${node.name}.split`);
  return [{ ...node, inputs: [node.inputs[0]!, constant], attributes }];
};

/** Before opset 13 Softmax flattened everything from its axis on into one dimension. */
const softmax: Rule = (node, folding) => {
  const x = folding.type(node.inputs[0]!);
  if (!x || folding.settings.opset >= 13) return [node];
  const rank = x.shape.length;
  const axis = (intOf(node, 'axis', 1) + rank) % rank;
  const direct = (at: number) => ({ ...node, attributes: { axis: int(at) } });
  const wide = x.shape.flatMap((dim, i) => (i >= axis && dim !== 1 ? [i] : []));
  if (wide.length < 2) return [direct(wide[0] ?? axis)];
  const [flat, soft] = [folding.draft.fresh(`${node.name}.flat`), folding.draft.fresh(`${node.name}.soft`)];
  const target = toTarget(x.shape);
  if (!target) return [node];
  const shape = folding.draft.constant(int64s(target), `${node.name}.shape`);
  const part = (op: string, inputs: string[], outputs: string[], attributes: Node['attributes']): Node => ({
    ...node,
    op,
    name: outputs[0]!,
    inputs,
    outputs,
    attributes,
  });
  return [
    part('Flatten', [node.inputs[0]!], [flat], { axis: int(axis) }),
    part(node.op, [flat], [soft], { axis: int(-1) }),
    { ...part('Reshape', [soft, shape], [...node.outputs], {}), name: node.name },
  ];
};

const RULES: Readonly<Record<string, Rule>> = {
  AveragePool: autoPad,
  BatchNormalization: standardise,
  Celu: compose,
  Conv: autoPad,
  ConstantOfShape: constantOfShape,
  Einsum: einsum,
  Expand: expand,
  GlobalMaxPool: compose,
  GroupNormalization: groupNormalization,
  LogSoftmax: softmax,
  MaxPool: autoPad,
  Mish: compose,
  Reshape: reshape,
  Resize: resize,
  Slice: slice,
  Softmax: softmax,
  Softsign: compose,
  Split: split,
  Sum: compose,
  Tile: tile,
};

export const settle: Rule = (node, folding) => (node.domain === '' && RULES[node.op]?.(node, folding)) || [node];
