/** Constant nodes become initialisers. https://onnx.ai/onnx/operators/onnx__Constant.html */
import { TopiaryError } from '@topiary/errors';
import { floats, int64s, type Node, placeOf, type Tensor, withData } from '@topiary/onnx';
import { Draft, type Pass } from './_pass.js';

const constantOf = (node: Node): Tensor => {
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (name === 'value' && attribute.kind === 'tensor') return attribute.value;
    if (name === 'value_float' && attribute.kind === 'float') return floats([attribute.value], []);
    if (name === 'value_floats' && attribute.kind === 'floats') return floats(attribute.value);
    if (name === 'value_int' && attribute.kind === 'int') return int64s([attribute.value], []);
    if (name === 'value_ints' && attribute.kind === 'ints') return int64s(attribute.value);
  }
  const got = Object.keys(node.attributes).join(', ') || 'nothing';
  throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', { where: placeOf(node), expected: 'a dense number', got });
};

export const constantsToInitializers: Pass = (graph) => {
  const draft = new Draft(graph);
  for (const node of graph.nodes) {
    const output = node.outputs[0];
    if (node.op !== 'Constant' || node.domain !== '' || output === undefined) draft.nodes.push(node);
    else draft.initializers.set(output, withData(output, constantOf(node)));
  }
  return draft.graph();
};
