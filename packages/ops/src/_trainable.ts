/**
 * What training would change. An initialiser is a parameter if an operator reads it in a trainable role and a loss can
 * ask it to move: tables of anchors and strides, which only place what the last layer said, are read like a position
 * embedding and are none.
 */
import type { Graph, Initializer, Node, TensorType } from '@topiary/onnx';
import { moved, picked, viewed } from './_cost.js';
import { type Op, type Role, stops } from './_op.js';
import { opOf } from './_registry.js';
import { isElementwise } from './_rules.js';
import { inferTypes } from './infer-types.js';

/** Attention masks that an exporter folded say "never" with this or less. */
const NEVER = -50;

/** Zeros and one large negative number: it hides positions from attention and is not learned. Weights fail at once. */
const isMask = ({ source }: Initializer): boolean => {
  if (source.kind !== 'data') return false;
  let hides = false;
  for (const value of source.data) {
    if (value !== 0 && !(value <= NEVER)) return false;
    hides ||= value !== 0;
  }
  return hides;
};

/** Does an operator make one number of several of its example, rather than place or shift each by itself? */
const mixes = (op: Op): boolean => !isElementwise(op) && op.cost !== moved && op.cost !== viewed && op.cost !== picked;

interface Reach {
  /** Values that a gradient reaches from the end of the network. */
  readonly gradient: ReadonlySet<string>;
  /** Nodes behind which, or in which, numbers are mixed. */
  readonly mixed: ReadonlySet<Node>;
}

/** One walk from the outputs (or, where none is named, from what nobody reads) to the inputs. */
const reachOf = ({ nodes, outputs }: Graph): Reach => {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const gradient = new Set(outputs.map(({ name }) => name));
  const open = outputs.length === 0;
  const mixedValues = new Set<string>();
  const mixed = new Set<Node>();
  for (const node of nodes.toReversed()) {
    const op = opOf(node);
    const isEnd = open && node.outputs.every((output) => !read.has(output));
    if (isEnd || node.outputs.some((output) => gradient.has(output))) {
      for (const output of node.outputs) gradient.add(output);
      if (op.gradient !== stops) for (const input of node.inputs) gradient.add(input);
    }
    if (!mixes(op) && !node.outputs.some((output) => mixedValues.has(output))) continue;
    mixed.add(node);
    for (const input of node.inputs) mixedValues.add(input);
  }
  return { gradient, mixed };
};

const isTrained = (role: Role['role'], initializer: Initializer, node: Node, reach: Reach): boolean => {
  if (role === 'statistic' || !reach.gradient.has(initializer.name)) return false;
  return role !== 'parameter' || (reach.mixed.has(node) && !isMask(initializer));
};

/** Names of the initialisers that some operator reads in a trainable role; running statistics are not trained. */
export const trainableNames = (graph: Graph, types = inferTypes(graph)): ReadonlySet<string> => {
  const names = new Set<string>();
  const reach = reachOf(graph);
  const typeOf = (name: string): TensorType | null => types.get(name) ?? null;
  for (const node of graph.nodes) {
    for (const [i, { role }] of Object.entries(opOf(node).roles(node, node.inputs.map(typeOf)))) {
      const initializer = graph.initializers.get(node.inputs[Number(i)] ?? '');
      if (initializer?.type.startsWith('float') && isTrained(role, initializer, node, reach))
        names.add(initializer.name);
    }
  }
  return names;
};
