/** Is every node one that onnxruntime takes: attributes of the operator's own, with the values that they may have? */
import { placeOf } from '@topiary/onnx';
import { wrongAttribute } from '../attributes.js';
import { given, refuse, refuseAll, type Step } from './_step.js';

const MOST = 20;

export const nodes: Step = {
  id: 'nodes',
  title: 'Attributes that the operators have',
  run: ({ canonical }) => {
    const graph = given(canonical);
    const faults = graph.nodes.flatMap((node) =>
      Object.entries(node.attributes).flatMap(([name, attribute]) => {
        const expected = wrongAttribute(node.op, name, attribute);
        if (expected === null) return [];
        const got = `${name}, ${attribute.kind === 'tensor' ? 'a tensor' : JSON.stringify(attribute.value)}`;
        return [refuse('TOPIARY_GATE_ATTRIBUTE', placeOf(node), expected, got.slice(0, 120))];
      }),
    );
    refuseAll(faults.slice(0, MOST));
    return `${graph.nodes.length} nodes`;
  },
};
