/** Types of the nodes that lowering emits: operators by their own rules, and those that only onnxruntime knows by the rules here. */
import { TopiaryError } from '@topiary/errors';
import { type Infer, intOf, intsOf, type Node, placeOf, type TensorType } from '@topiary/onnx';
import { findOp, infer as inferOp } from '@topiary/ops';
import { padded } from './blocked/_nchwc.js';

type Rule = (node: Node, x: readonly (TensorType | null)[], block: number) => readonly TensorType[];

const sameAsFirst: Rule = (_node, [x]) => [x!];

const reorderInput: Rule = (node, [x], block) => {
  const [N, ...rest] = x!.shape;
  const last = intOf(node, 'channels_last', 0) === 1;
  const [channels, spatial] = last ? [rest.at(-1), rest.slice(0, -1)] : [rest[0], rest.slice(1)];
  return [{ type: x!.type, shape: [N!, padded(Number(channels), block), ...spatial] }];
};

const reorderOutput: Rule = (node, [x]) => {
  const [N, , ...spatial] = x!.shape;
  return [{ type: x!.type, shape: [N!, intOf(node, 'channels', 0), ...spatial] }];
};

const blockedConv: Rule = (node, [x, w]) => {
  const of = (name: string): readonly number[] => intsOf(node, name) ?? [];
  const [pads, strides, dilations] = [of('pads'), of('strides'), of('dilations')];
  const spatial = of('kernel_shape').map((k, i) => {
    const room = Number(x!.shape[i + 2]) + pads[i]! + pads[i + 2]! - dilations[i]! * (k - 1) - 1;
    return Math.floor(room / strides[i]!) + 1;
  });
  return [{ type: x!.type, shape: [x!.shape[0]!, w!.shape[0]!, ...spatial] }];
};

const asStandard: Rule = (node, x) => inferOp({ ...node, domain: '' }, x, () => null);

const emitted: Readonly<Record<string, Rule>> = {
  ':ScatterElements': sameAsFirst,
  'com.microsoft:QuickGelu': sameAsFirst,
  'com.microsoft.nchwc:Conv': blockedConv,
  'com.microsoft.nchwc:AveragePool': asStandard,
  'com.microsoft.nchwc:MaxPool': asStandard,
  'com.microsoft.nchwc:ReorderInput': reorderInput,
  'com.microsoft.nchwc:ReorderOutput': reorderOutput,
};

/** `block`: channels per block where the graph may hold blocked tensors. */
export const inferWith =
  (block: number): Infer =>
  (node, x, constant) => {
    if (findOp(node)) return inferOp(node, x, constant);
    const rule = emitted[`${node.domain}:${node.op}`];
    if (!rule) {
      throw new TopiaryError('TOPIARY_LOWERING_NO_RULE', {
        where: placeOf(node),
        expected: `an operator of packages/ops or one of ${Object.keys(emitted).join(', ')}`,
        got: `${node.domain}:${node.op}`,
      });
    }
    return rule(node, x, block);
  };
