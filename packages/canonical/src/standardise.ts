/**
 * BatchNormalization in training mode takes the mean and variance of what it is given. Of activations that is a network
 * that was exported while it trained; of a constant it is how timm standardises the weights of convolutions:
 * y = (x - mean x) / sqrt(var x + epsilon) · scale + bias, over all axes but the channels'.
 * https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
 */
import { TopiaryError } from '@topiary/errors';
import { floatOf, int, int64s, intOf, type Node, placeOf, scalar } from '@topiary/onnx';
import type { Rule } from './settle.js';

export const standardise: Rule = (node, folding) => {
  if (intOf(node, 'training_mode', 0) === 0) return [node];
  const [x, scale, bias] = node.inputs as [string, string, string];
  const rank = folding.type(x)?.shape.length;
  if (rank === undefined || !folding.isConstant(x)) {
    const cure = 'Export the network in evaluation mode: model.eval() before torch.onnx.export(…)';
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: placeOf(node), got: 'training mode', cure });
  }
  const nodes: Node[] = [];
  const { draft } = folding;
  const add = (op: string, inputs: string[], attributes: Node['attributes'] = {}): string => {
    const y = draft.fresh(`${node.name}.${op.toLowerCase()}`);
    nodes.push({ op, domain: '', name: y, inputs, outputs: [y], attributes });
    return y;
  };
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
  const axes = draft.constant(int64s(others), `${node.name}.axes`);
  const wide = draft.constant(
    int64s(Array.from({ length: rank }, (_, axis) => (axis === 1 ? -1 : 1))),
    `${node.name}.wide`,
  );
  const mean = (value: string) => add('ReduceMean', [value, axes], { keepdims: int(1) });
  const centred = add('Sub', [x, mean(x)]);
  const epsilon = draft.constant(scalar(floatOf(node, 'epsilon', 1e-5)), `${node.name}.epsilon`);
  const variance = add('Add', [mean(add('Mul', [centred, centred])), epsilon]);
  const plain = add('Div', [centred, add('Sqrt', [variance])]);
  const scaled = add('Mul', [plain, add('Reshape', [scale, wide])]);
  nodes.push({ ...node, op: 'Add', inputs: [scaled, add('Reshape', [bias, wide])], attributes: {} });
  return nodes;
};
