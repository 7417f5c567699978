/** Element types by the numbers that ONNX gives them in attributes. */
import { DATA_TYPES, type DataType, type Node } from '@topiary/onnx';
import { badNode } from './_rules.js';

const byNumber = new Map(Object.entries(DATA_TYPES).map(([name, id]) => [id, name as DataType]));

export const dataTypeOf = (id: number, node: Node): DataType => {
  const type = byNumber.get(id);
  if (!type) throw badNode(node, `an element type of ${[...byNumber.values()].join(', ')}`, `number ${id}`);
  return type;
};
