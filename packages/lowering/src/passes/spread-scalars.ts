/**
 * Gives a scalar operand the rank of the other one where that ends in dimensions of 1, as weights of 1×1 convolutions do:
 * onnxruntime takes such operands element by element else, 1.5 ms for 150,000 where 0.05 are enough.
 */
import type { Graph, Infer, Shape } from '@topiary/onnx';
import { type Place, rewritten } from './_rewrite.js';

const BINARY = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max']);

const isOne = (shape: Shape): boolean => shape.every((dim) => dim === 1);

const spread = ({ b, type }: Place, scalar: string, other: string): string => {
  const [from, to] = [type(scalar).shape, type(other).shape];
  if (!isOne(from) || from.length >= to.length || to.at(-1) !== 1 || isOne(to)) return scalar;
  return b.op('Reshape', [scalar, b.int64s(to.map(() => 1))]);
};

export const spreadScalars = (graph: Graph, infer: Infer): Graph =>
  rewritten(graph, infer, (place, node) => {
    if (node.domain !== '' || !BINARY.has(node.op) || node.inputs.length !== 2) return false;
    const [x, y] = node.inputs as [string, string];
    place.b.append({ ...node, inputs: [spread(place, x, y), spread(place, y, x)] });
    return true;
  });
