/** Is every node one that onnxruntime takes: with inputs, outputs and attributes of the operator's own? */
import { type Node, placeOf } from '@topiary/onnx';
import { wrongArity } from '../arity.js';
import { wrongAttribute } from '../attributes.js';
import { given, refuse, refuseAll, type Step } from './_step.js';

const MOST = 20;

const arityFaults = (node: Node) => {
  const wrong = wrongArity(node);
  return wrong === null ? [] : [refuse('TOPIARY_GATE_ARITY', placeOf(node), wrong.expected, wrong.got)];
};

const attributeFaults = (node: Node) =>
  Object.entries(node.attributes).flatMap(([name, attribute]) => {
    const expected = wrongAttribute(node.op, name, attribute);
    if (expected === null) return [];
    const got = `${name}, ${attribute.kind === 'tensor' ? 'a tensor' : JSON.stringify(attribute.value)}`;
    return [refuse('TOPIARY_GATE_ATTRIBUTE', placeOf(node), expected, got.slice(0, 120))];
  });

export const nodes: Step = {
  id: 'nodes',
  title: 'Inputs, outputs and attributes that the operators have',
  run: ({ canonical }) => {
    const graph = given(canonical);
    refuseAll(graph.nodes.flatMap((node) => [...arityFaults(node), ...attributeFaults(node)]).slice(0, MOST));
    return `${graph.nodes.length} nodes`;
  },
};
