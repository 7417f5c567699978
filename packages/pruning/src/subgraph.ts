/** Cuts a part out of a network: a graph of its own, from some values to others, with the initialisers that it reads. */
import { TopiaryError } from '@topiary/errors';
import { edgesOf, type Graph, type Initializer, type Node, type Value } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';

const badCut = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_PRUNING_BAD_CUT', { where, expected, got });

/**
 * What lies between: inputs are those of `from` that `to` needs, in this order, and those inputs of the network that
 * `to` needs besides, for a condition is computed again in every part. Whatever else `to` needs and `from` has not, such
 * as a long skip, becomes a piece of the part, back to the network's inputs: `Block.cut` says all that crosses a cut.
 */
export const subgraph = (graph: Graph, from: readonly string[], to: readonly string[]): Graph => {
  const types = inferTypes(graph);
  const { producer } = edgesOf(graph);
  const typed = (name: string): Value => {
    const type = types.get(name);
    if (!type) throw badCut(`value '${name}'`, 'a value of the network', 'no such value');
    return { name, ...type };
  };
  const given = new Set(from.map((name) => typed(name).name));
  for (const name of to) {
    if (given.has(name)) throw badCut(`output '${name}'`, 'a value that the part makes', 'one that it is given');
    if (!producer.has(typed(name).name)) throw badCut(`output '${name}'`, 'a value that a node makes', 'none');
  }
  const seen = new Set<string>();
  const kept = new Set<Node>();
  const pending = [...to];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    const node = given.has(name) ? undefined : producer.get(name);
    if (!node) continue;
    kept.add(node);
    pending.push(...node.inputs);
  }
  const read = from.filter((name) => seen.has(name));
  if (from.length > 0 && read.length === 0)
    throw badCut(`inputs ${from.join(', ')}`, `values that ${to.join(', ')} depends on`, 'none of them');
  const initializers = new Map<string, Initializer>();
  for (const [name, initializer] of graph.initializers) {
    if (seen.has(name) && !given.has(name)) initializers.set(name, initializer);
  }
  const outer = graph.inputs.filter(({ name }) => seen.has(name) && !given.has(name));
  return {
    ...graph,
    inputs: [...read.map(typed), ...outer],
    outputs: to.map(typed),
    nodes: graph.nodes.filter((node) => kept.has(node)),
    initializers,
  };
};
