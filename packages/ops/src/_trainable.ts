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

/** How exporters write a norm that has no scale of its own: ones, and no shift. */
const isNoScale = ({ initializer: { source }, role, node }: Reading): boolean =>
  role === 'scale' &&
  node.op === 'LayerNormalization' &&
  !node.inputs[2] &&
  source.kind === 'data' &&
  source.data.every((value: number | bigint) => value === 1);

/** Numbers behind which there are sines alone say how fast these run, as in embeddings of timesteps and positions. */
const areFrequencies = ({ nodes }: Graph): ((reading: Reading) => boolean) => {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  return ({ role, node }) => {
    const next = node.outputs.flatMap((output) => readers.get(output) ?? []);
    return role === 'parameter' && next.length > 0 && next.every(({ op }) => op === 'Sin' || op === 'Cos');
  };
};

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

interface Reading {
  readonly initializer: Initializer;
  readonly role: Role['role'];
  readonly node: Node;
}

/** Of two constants that are multiplied, the one in front is data if a bias is added, or if it has more dimensions. */
const isData = (readings: readonly Reading[], { initializer, role, node }: Reading): boolean => {
  const [first, second] = readings.filter((reading) => reading.role === 'weight');
  if (role !== 'weight' || !second || first!.initializer !== initializer) return false;
  return node.inputs.length > 2 || initializer.dims.length > second.initializer.dims.length;
};

const readingsOf = (graph: Graph, types: ReadonlyMap<string, TensorType>): Reading[] =>
  graph.nodes.flatMap((node) => {
    const roles = opOf(node).roles(
      node,
      node.inputs.map((input) => types.get(input) ?? null),
    );
    const readings = Object.entries(roles).flatMap(([i, { role }]): Reading[] => {
      const initializer = graph.initializers.get(node.inputs[Number(i)] ?? '');
      return initializer?.type.startsWith('float') && role !== 'statistic' ? [{ initializer, role, node }] : [];
    });
    return readings.filter((reading) => !isData(readings, reading));
  });

/** Names of the initialisers that some operator reads in a trainable role; running statistics are not trained. */
export const trainableNames = (graph: Graph, types = inferTypes(graph)): ReadonlySet<string> => {
  const reach = reachOf(graph);
  const readings = readingsOf(graph, types);
  const isFrequency = areFrequencies(graph);
  const isReached = ({ initializer }: Reading) => reach.gradient.has(initializer.name);
  // a network that ends in a choice (ArgMax, a comparison) was trained without it
  const chooses = !readings.some((reading) => reading.role === 'weight' && isReached(reading));
  return new Set(
    readings
      .filter((reading) => chooses || isReached(reading))
      .filter(({ role, node, initializer }) => role !== 'parameter' || (reach.mixed.has(node) && !isMask(initializer)))
      .filter((reading) => !isNoScale(reading) && !isFrequency(reading))
      .map(({ initializer }) => initializer.name),
  );
};
