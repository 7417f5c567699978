/**
 * Writes Einsum as MatMul between Transpose and Reshape: labels of both operands and of the result are batch, labels of
 * both that the result lacks are contracted, the others are rows and columns. Without anything to contract it is a Mul.
 * https://onnx.ai/onnx/operators/onnx__Einsum.html
 */
import { TopiaryError } from '@topiary/errors';
import {
  type Attributes,
  type Dim,
  int,
  int64s,
  ints,
  multiplyDims,
  type Node,
  placeOf,
  type Shape,
  stringOf,
} from '@topiary/onnx';
import { type Equation, parseEquation } from './_equation.js';
import type { Folding } from './fold.js';
import { toTarget } from './known.js';

interface Operand {
  readonly value: string;
  readonly labels: readonly string[];
  readonly shape: Shape;
}

const without = (labels: readonly string[], others: readonly string[]): string[] =>
  labels.filter((label) => !others.includes(label));
const common = (labels: readonly string[], others: readonly string[]): string[] =>
  labels.filter((label) => others.includes(label));

class Writer {
  readonly nodes: Node[] = [];
  readonly #node: Node;
  readonly #folding: Folding;

  constructor(node: Node, folding: Folding) {
    this.#node = node;
    this.#folding = folding;
  }

  fault(expected: string, got: string): TopiaryError {
    return new TopiaryError('TOPIARY_OPS_BAD_NODE', { where: placeOf(this.#node), expected, got });
  }

  #emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const { name } = this.#node;
    const output = this.#folding.draft.fresh(`${name}.${op.toLowerCase()}`);
    this.nodes.push({ op, domain: '', name: output, inputs, outputs: [output], attributes });
    return output;
  }

  #numbers(values: readonly number[]): string {
    return this.#folding.draft.constant(int64s(values), `${this.#node.name}.numbers`);
  }

  /** The labels in this order. */
  arrange(x: Operand, labels: readonly string[]): Operand {
    const perm = labels.map((label) => x.labels.indexOf(label));
    if (perm.every((at, i) => at === i)) return x;
    const value = this.#emit('Transpose', [x.value], { perm: ints(perm) });
    return { value, labels, shape: perm.map((at) => x.shape[at]!) };
  }

  sum(x: Operand, gone: readonly string[]): Operand {
    if (gone.length === 0) return x;
    const axes = gone.map((label) => x.labels.indexOf(label));
    const value = this.#emit('ReduceSum', [x.value, this.#numbers(axes)], { keepdims: int(0) });
    const left = (_: unknown, axis: number) => !axes.includes(axis);
    return { value, labels: x.labels.filter(left), shape: x.shape.filter(left) };
  }

  reshape(value: string, shape: Shape): string {
    const target = toTarget(shape);
    if (!target) throw this.fault('one batch symbol', `[${shape}]`);
    return this.#emit('Reshape', [value, this.#numbers(target)]);
  }

  /** Axes of size one where the other operand has labels of its own. */
  widen(x: Operand, at: number, count: number): string {
    if (count === 0) return x.value;
    return this.#emit('Unsqueeze', [x.value, this.#numbers(Array.from({ length: count }, (_, i) => at + i))]);
  }

  size(shape: Shape): Dim {
    const size = shape.reduce<Dim | null>((n, dim) => (n === null ? null : multiplyDims(n, dim)), 1);
    if (size === null) throw this.fault('one batch symbol', `[${shape}]`);
    return size;
  }

  /** The two as one operand with the labels batch, rows, columns. `keep`: labels that somebody still needs. */
  join(left: Operand, right: Operand, keep: readonly string[]): Operand {
    const a = this.sum(left, without(without(left.labels, right.labels), keep));
    const b = this.sum(right, without(without(right.labels, left.labels), keep));
    const both = common(a.labels, b.labels);
    const [batch, contracted] = [common(both, keep), without(both, keep)];
    const [rows, columns] = [without(a.labels, both), without(b.labels, both)];
    const labels = [...batch, ...rows, ...columns];
    const p = this.arrange(a, [...batch, ...rows, ...contracted]);
    const q = this.arrange(b, [...batch, ...contracted, ...columns]);
    const dims = (x: Operand, names: readonly string[]) => names.map((label) => x.shape[x.labels.indexOf(label)]!);
    const [P, Q] = [dims(p, batch), dims(q, batch)];
    const meet = P.map((dim, i) => (dim === 1 ? Q[i]! : dim));
    const shape = [...meet, ...dims(p, rows), ...dims(q, columns)];
    if (contracted.length === 0) {
      const wide = [
        this.widen(p, batch.length + rows.length, columns.length),
        this.widen(q, batch.length, rows.length),
      ];
      return { value: this.#emit('Mul', wide), labels, shape };
    }
    if (dims(p, contracted).join() !== dims(q, contracted).join())
      throw this.fault(`contracted sizes [${dims(p, contracted)}] on both sides`, `[${dims(q, contracted)}]`);
    // rows may stay apart where there is no batch between them and the product
    const apart = batch.length === 0 && contracted.length === 1 && rows.length > 0;
    const rowsIn = apart ? dims(p, rows) : [this.size(dims(p, rows))];
    const k = this.size(dims(p, contracted));
    const n = this.size(dims(q, columns));
    const plainLeft = apart || (rows.length === 1 && contracted.length === 1);
    const plainRight = columns.length === 1 && contracted.length === 1;
    const x = plainLeft ? p.value : this.reshape(p.value, [...P, ...rowsIn, k]);
    const w = plainRight ? q.value : this.reshape(q.value, [...Q, k, n]);
    const product = this.#emit('MatMul', [x, w]);
    const asIs = (apart || rows.length === 1) && columns.length === 1;
    return { value: asIs ? product : this.reshape(product, shape), labels, shape };
  }
}

/** Rows before columns: where the result wants it the other way round, the operands change places. */
const wantsSwap = (left: Operand, right: Operand, output: readonly string[]): boolean => {
  const [rows, columns] = [without(left.labels, right.labels), without(right.labels, left.labels)];
  const last = output.at(-1) ?? '';
  return rows.includes(last) && columns.length > 0 && !columns.includes(last);
};

const write = (writer: Writer, operands: readonly Operand[], { output }: Equation): void => {
  const [first, ...rest] = operands;
  let value = first!;
  rest.forEach((next, i) => {
    const keep = [...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)];
    value = wantsSwap(value, next, output) ? writer.join(next, value, keep) : writer.join(value, next, keep);
  });
  writer.arrange(writer.sum(value, without(value.labels, output)), output);
};

export const einsum = (node: Node, folding: Folding): readonly Node[] => {
  const shapes = node.inputs.map((input) => folding.type(input)?.shape ?? null);
  if (!shapes.every((shape) => shape !== null)) return [node];
  const writer = new Writer(node, folding);
  const text = stringOf(node, 'equation', '');
  const equation = parseEquation(
    text,
    shapes.map((shape) => shape.length),
  );
  if (!equation) throw writer.fault(`an equation for ${shapes.length} operands, no label twice in one`, `'${text}'`);
  const operands = node.inputs.map((value, i) => ({ value, labels: equation.inputs[i]!, shape: shapes[i]! }));
  write(writer, operands, equation);
  const { nodes } = writer;
  const last = nodes.at(-1);
  if (!last) return [{ ...node, op: 'Identity', attributes: {} }];
  return [...nodes.slice(0, -1), { ...last, name: node.name, outputs: node.outputs }];
};
