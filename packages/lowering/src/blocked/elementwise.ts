/**
 * Operators that treat each element alone: the same nodes on blocked tensors of one shape. Scalars stay as they are;
 * one number per channel, [C, 1, 1] or [N, C, 1, 1], meets a view of five dimensions.
 */
import { elementsAt, type Shape, sameShape } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';
import { padded, padTo, reshape } from './_nchwc.js';
import type { BlockedContext, BlockedRule, Candidate } from './_rule.js';

type Operand = 'whole' | 'scalar' | 'channels' | null;

const isScalar = (shape: Shape): boolean => shape.every((dim) => dim === 1) && elementsAt(shape) === 1;

const operandOf = (c: Candidate, i: number): Operand => {
  if (c.node.inputs[i] === '') return 'scalar';
  const [shape, to] = [c.shape(i), c.outShape(0)];
  if (sameShape(shape, to)) return 'whole';
  if (isScalar(shape)) return 'scalar';
  const [N, C, ...places] = [...Array<number>(Math.max(0, 4 - shape.length)).fill(1), ...shape];
  return (N === 1 || N === to[0]) && C === to[1] && places.every((dim) => dim === 1) ? 'channels' : null;
};

const inFiveDimensions = (c: BlockedContext, operands: readonly Operand[]): string => {
  const { b, block, node } = c;
  const [N, C, H, W] = c.outShape(0).map(Number) as [number, number, number, number];
  const Cp = padded(C, block);
  const x = operands.map((operand, i) => {
    if (operand === 'whole') return reshape(b, c.blocked(i), [N, Cp / block, H, W, block]);
    if (operand === 'scalar') return c.x[i]!;
    const examples = elementsAt(c.shape(i)) / C;
    return reshape(b, padTo(b, reshape(b, c.x[i]!, [examples, C]), [examples, Cp]), [
      examples,
      Cp / block,
      1,
      1,
      block,
    ]);
  });
  return reshape(b, b.op(node.op, x, node.attributes, { domain: node.domain }), [N, Cp, H, W]);
};

/** `plain` lowers an abstract operator; without it the node stays what it is. Zeros must not become NaN or infinite. */
export const elementwise = (plain?: LoweringRule): BlockedRule => ({
  gives: 'blocked',
  takes: (c) => {
    const operands = c.node.inputs.map((_, i) => operandOf(c, i));
    const known = operands.every((operand) => operand === 'whole' || (operand !== null && !plain));
    return c.outShape(0).length === 4 && known && operands.some((o, i) => o === 'whole' && c.arrives(i));
  },
  lower: (c) => {
    const { b, node } = c;
    const operands = node.inputs.map((_, i) => operandOf(c, i));
    if (operands.includes('channels')) return [inFiveDimensions(c, operands)];
    const x = operands.map((operand, i) => (operand === 'whole' ? c.blocked(i) : c.x[i]!));
    return plain ? plain({ ...c, x }) : [b.op(node.op, x, node.attributes, { domain: node.domain })];
  },
});
