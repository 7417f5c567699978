/**
 * Gives each reader of a merged constant its own copy, so that cutting one layer never cuts another. What is really
 * shared stays shared. A layer that is called twice keeps its constants, too: its bias may be zero before it is
 * trained, and is one bias all the same. Copies share their bytes.
 */
import { edgesOf, type Node, type Use } from '@topiary/onnx';
import { Draft, type Pass } from './_pass.js';
import { tiesOf } from './ties.js';

/** Equal for the calls of one layer: the same operator with the same tied initialisers. */
const layerOf = ({ node, index }: Use, ties: ReadonlySet<string>): string | null => {
  const tied = node.inputs.map((input) => (ties.has(input) ? input : ''));
  return tied.some(Boolean) ? JSON.stringify([node.domain, node.op, index, tied]) : null;
};

export const ownCopies: Pass = (graph) => {
  const draft = new Draft(graph);
  const ties = tiesOf(graph);
  const inputs = new Map<Node, string[]>(graph.nodes.map((node) => [node, [...node.inputs]]));
  for (const [name, uses] of edgesOf(graph).uses) {
    const initializer = graph.initializers.get(name);
    if (!initializer || ties.has(name)) continue;
    const copies = new Map<string, string>();
    uses.forEach((use, i) => {
      const layer = layerOf(use, ties);
      const copy = copies.get(layer ?? '') ?? (i === 0 ? name : draft.freshCopy(name));
      if (layer !== null) copies.set(layer, copy);
      if (copy === name) return;
      draft.initializers.set(copy, { ...initializer, name: copy });
      inputs.get(use.node)![use.index] = copy;
    });
  }
  draft.nodes.push(...graph.nodes.map((node) => ({ ...node, inputs: inputs.get(node)! })));
  return draft.graph();
};
