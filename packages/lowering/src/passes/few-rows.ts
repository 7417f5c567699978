/**
 * Products of few rows with a matrix for each place of the axis before them, as relative positions ask for: with X [A…, B, m, k],
 *   Y[a, b] = X[a, b] W[b],   dW[b] = Σ_a X[a, b]ᵀ dY[a, b].
 * onnxruntime makes A · B products of m rows, and keeps A gradients of W until it adds them up. With B in front,
 *   X' [B, A m, k],   Y'[b] = X'[b] W[b],   dW[b] = X'[b]ᵀ dY'[b],
 * there are B products, and the sum lies within each. In a step of SAM-tiny's encoder (windows of 3, then 8 tokens a side; batch 4,
 * one thread) these products take 1.0 in place of 2.2 ms of 26, their copies counted.
 */
import { type Graph, type Infer, intOf, ints, intsOf, isFixed, type Node } from '@topiary/onnx';
import { type Place, rewritten } from './_rewrite.js';

/** Two copies cost less than they save where products have few rows and are many for each matrix. */
const [MOST_ROWS, LEAST_PRODUCTS] = [16, 16];

const isProduct = (node: Node | undefined): node is Node =>
  node !== undefined &&
  ((node.op === 'MatMul' && node.domain === '') ||
    (node.op === 'FusedMatMul' && Object.keys(node.attributes).every((name) => ['transA', 'transB'].includes(name))));

const isTurned = (node: Node, operand: 'transA' | 'transB'): boolean => intOf(node, operand, 0) === 1;

/** [A…, B, m, k] with few rows m, and many of them for each of the B places; null: another shape. */
const fewRowsOf = ({ type }: Place, x: string): readonly number[] | null => {
  const { shape } = type(x);
  const dims = shape.filter(isFixed);
  if (dims.length < 4 || dims.length < shape.length) return null;
  const products = dims.slice(0, -3).reduce((count, dim) => count * dim, 1);
  return dims.at(-2)! <= MOST_ROWS && dims.at(-3)! > 1 && products >= LEAST_PRODUCTS ? dims : null;
};

const outer = (rank: number): number[] => Array.from({ length: rank - 3 }, (_, i) => i);

/** [A…, B, m, k] -> [B, A m, k]; of what is a copy in another order already, one copy. */
const inFront = ({ b, producer }: Place, x: string, dims: readonly number[]): string => {
  const rank = dims.length;
  const order = [rank - 3, ...outer(rank), rank - 2, rank - 1];
  const source = producer.get(x);
  const before = source?.op === 'Transpose' ? intsOf(source, 'perm') : undefined;
  const turned = b.op('Transpose', [before ? source!.inputs[0]! : x], {
    perm: ints(before ? order.map((axis) => before[axis]!) : order),
  });
  return b.op('Reshape', [turned, b.int64s([dims.at(-3)!, -1, dims.at(-1)!])]);
};

/** [B, A m, n] -> [A…, B, m, n], under the name of what it replaces. */
const behind = ({ b }: Place, y: string, dims: readonly number[], name: string): void => {
  const rank = dims.length;
  const apart = b.op('Reshape', [
    y,
    b.int64s([dims.at(-3)!, ...dims.slice(0, -3), dims.at(-2)!, Number(b.shape(y)[2])]),
  ]);
  const perm = ints([...outer(rank).map((axis) => axis + 1), 0, rank - 2, rank - 1]);
  b.op('Transpose', [apart], { perm }, { outputs: [name] });
};

/** Whether the node was a product with W, and stands there as another one. */
const multiplied = (place: Place, node: Node): boolean => {
  if (!isProduct(node) || isTurned(node, 'transA')) return false;
  const { b, type } = place;
  const [x, w] = node.inputs as [string, string];
  const dims = fewRowsOf(place, x);
  if (dims === null || type(w).shape.length !== 3 || type(w).shape[0] !== dims.at(-3)) return false;
  const { op, domain, attributes } = node;
  behind(place, b.op(op, [inFront(place, x, dims), w], attributes, { domain }), dims, node.outputs[0]!);
  return true;
};

/** Whether the node was the sum of the gradients of W. */
const summed = (place: Place, node: Node): boolean => {
  if (node.op !== 'ReduceTo') return false;
  const { b, producer, type } = place;
  const product = producer.get(node.inputs[0]!);
  if (!isProduct(product) || !isTurned(product, 'transA') || isTurned(product, 'transB')) return false;
  const [x, dY] = product.inputs as [string, string];
  const [dims, others] = [fewRowsOf(place, x), fewRowsOf(place, dY)];
  const wanted = type(node.outputs[0]!).shape;
  if (dims === null || others === null) return false;
  // nothing else is summed: a bias shared by rows or columns of W is not its gradient
  if (wanted.join() !== [dims.at(-3), dims.at(-1), others.at(-1)].join()) return false;
  if (others.slice(0, -1).join() !== dims.slice(0, -1).join()) return false;
  const operands = [inFront(place, x, dims), inFront(place, dY, others)];
  b.op('FusedMatMul', operands, product.attributes, { domain: product.domain, outputs: node.outputs });
  return true;
};

export const manyRows = (graph: Graph, infer: Infer): Graph =>
  rewritten(graph, infer, (place, node) => multiplied(place, node) || summed(place, node));
