/**
 * Gives each use of an initialiser its own copy, so that cutting one layer never cuts another. Only a tie survives:
 * an embedding table that is also the output projection. Copies share their bytes.
 */
import { edgesOf, type Node } from '@topiary/onnx';
import { Draft, type Pass } from './_pass.js';
import { tiesOf } from './ties.js';

export const ownCopies: Pass = (graph) => {
  const draft = new Draft(graph);
  const ties = tiesOf(graph);
  const inputs = new Map<Node, string[]>(graph.nodes.map((node) => [node, [...node.inputs]]));
  for (const [name, uses] of edgesOf(graph).uses) {
    const initializer = graph.initializers.get(name);
    if (!initializer || ties.has(name)) continue;
    for (const { node, index } of uses.slice(1)) {
      const copy = draft.freshCopy(name);
      draft.initializers.set(copy, { ...initializer, name: copy });
      inputs.get(node)![index] = copy;
    }
  }
  draft.nodes.push(...graph.nodes.map((node) => ({ ...node, inputs: inputs.get(node)! })));
  return draft.graph();
};
