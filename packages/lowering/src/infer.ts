/** Types of the nodes that lowering emits: operators by their own rules, and those that only onnxruntime knows by the rules here. */
import { TopiaryError } from '@topiary/errors';
import { type Infer, type Node, placeOf, type TensorType } from '@topiary/onnx';
import { findOp, infer as inferOp } from '@topiary/ops';

type Rule = (node: Node, x: readonly (TensorType | null)[]) => readonly TensorType[];

const sameAsFirst: Rule = (_node, [x]) => [x!];

const shapeOfIndices: Rule = (_node, [x, indices]) => [{ type: x!.type, shape: indices!.shape }];

const emitted: Readonly<Record<string, Rule>> = {
  ':GatherElements': shapeOfIndices,
  ':ScatterElements': sameAsFirst,
};

export const infer: Infer = (node, x, constant) => {
  if (findOp(node)) return inferOp(node, x, constant);
  const rule = emitted[`${node.domain}:${node.op}`];
  if (!rule) {
    throw new TopiaryError('TOPIARY_LOWERING_NO_RULE', {
      where: placeOf(node),
      expected: `an operator of packages/ops or one of ${Object.keys(emitted).join(', ')}`,
      got: `${node.domain}:${node.op}`,
    });
  }
  return rule(node, x);
};
