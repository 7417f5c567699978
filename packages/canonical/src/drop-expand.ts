/**
 * Drops an Expand whose readers stretch by themselves: `x / x.norm().expand_as(x)`, the gate of squeeze-and-excitation.
 * It would pin every channel that it restates. What stands between it and such a reader works on the narrow value then.
 */
import { edgesOf, type Graph, type Node, sameShape, type TensorType, tensorOf } from '@topiary/onnx';
import { infer, inferTypes, isElementwise, opOf } from '@topiary/ops';
import { Draft, namesOf, type Pass } from './_pass.js';

/** Values that may stand between an Expand and the readers that stretch: in every file that is meant well, a few. */
const FAR = 64;

type Types = Pick<ReadonlyMap<string, TensorType>, 'get'>;

const outputsOf = (graph: Graph, node: Node, types: Types): readonly TensorType[] => {
  const constant = (i: number) => {
    const initializer = graph.initializers.get(node.inputs[i] ?? '');
    return initializer ? tensorOf(initializer) : null;
  };
  return infer(
    node,
    node.inputs.map((input) => types.get(input) ?? null),
    constant,
  );
};

/** Follows the readers of a value, and the readers of what changes its shape with it, until their shapes are as before. */
class Dropping {
  readonly #graph: Graph;
  readonly #uses: ReturnType<typeof edgesOf>['uses'];
  readonly #outputs: ReadonlySet<string>;
  readonly #places: ReadonlyMap<Node, number>;
  readonly types: Map<string, TensorType>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#uses = edgesOf(graph).uses;
    this.#outputs = namesOf(graph.outputs);
    this.#places = new Map(graph.nodes.map((node, i) => [node, i]));
    this.types = new Map(inferTypes(graph));
  }

  /** The types of what changes when `value` is of another type; null where a reader would make something else of it. */
  consequences(value: string, type: TensorType): ReadonlyMap<string, TensorType> | null {
    const changed = new Map([[value, type]]);
    const readersOf = (name: string) => (this.#uses.get(name) ?? []).map(({ node }) => node);
    const pending = new Set(readersOf(value));
    const types = { get: (name: string) => changed.get(name) ?? this.types.get(name) };
    if (this.#outputs.has(value)) return null;
    while (pending.size > 0) {
      if (changed.size > FAR) return null;
      // in order, so that a reader sees all that changed before it
      const node = [...pending].reduce((a, b) => (this.#places.get(a)! < this.#places.get(b)! ? a : b));
      pending.delete(node);
      if (!isElementwise(opOf(node))) return null;
      outputsOf(this.#graph, node, types).forEach((now, i) => {
        const name = node.outputs[i]!;
        if (sameShape(now.shape, this.types.get(name)!.shape)) return;
        changed.set(name, now);
        for (const reader of readersOf(name)) pending.add(reader);
      });
      if (node.outputs.some((output) => changed.has(output) && this.#outputs.has(output))) return null;
    }
    return changed;
  }
}

export const dropExpand: Pass = (graph) => {
  if (!graph.nodes.some(({ op, domain }) => op === 'Expand' && domain === '')) return graph;
  const dropping = new Dropping(graph);
  const draft = new Draft(graph);
  for (const node of graph.nodes) {
    const [x, y] = [node.inputs[0] ?? '', node.outputs[0]!];
    const type = dropping.types.get(x);
    const idle = node.op === 'Expand' && node.domain === '' && type ? dropping.consequences(y, type) : null;
    if (!idle) {
      draft.nodes.push(node);
      continue;
    }
    for (const [name, now] of idle) dropping.types.set(name, now);
    draft.alias(y, x);
  }
  return draft.graph({ nodes: draft.nodes.map((node) => draft.rewire(node)) });
};
