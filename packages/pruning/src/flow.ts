/** What flows from one input of a network to its outputs: who depends on whom, and which nodes hold layers with weights. */
import { edgesOf, type Graph, type Node, type TensorType } from '@topiary/onnx';
import { inferTypes, opOf } from '@topiary/ops';

/** Values that depend on one input. What comes from elsewhere (constants, conditions, a context) is beside the flow. */
export interface Flow {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  /** Nodes that read the flow, in the graph's order. */
  readonly nodes: readonly Node[];
  has(value: string): boolean;
  maker(value: string): Node | undefined;
  readers(value: string): readonly Node[];
  /** The inputs of a node that are of the flow, each once. */
  inputsOf(node: Node): readonly string[];
  /** Does a value depend on another, or is it the other? */
  depends(value: string, on: string): boolean;
  /** Convolutions and matrices with weights of their own. */
  isLayer(node: Node): boolean;
}

/** What every flow of a graph shares. */
export interface Wiring {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly maker: ReadonlyMap<string, Node>;
  readonly readers: ReadonlyMap<string, readonly Node[]>;
  readonly layers: ReadonlySet<Node>;
}

export const wiringOf = (graph: Graph): Wiring => {
  const types = inferTypes(graph);
  const { producer, uses } = edgesOf(graph);
  const hasWeight = (node: Node): boolean => {
    const roles = opOf(node).roles(
      node,
      node.inputs.map((input) => types.get(input) ?? null),
    );
    return Object.entries(roles).some(
      ([i, { role }]) => role === 'weight' && graph.initializers.has(node.inputs[Number(i)] ?? ''),
    );
  };
  return {
    graph,
    types,
    maker: producer,
    readers: new Map([...uses].map(([value, list]) => [value, list.map(({ node }) => node)])),
    layers: new Set(graph.nodes.filter(hasWeight)),
  };
};

/** Sets of values as bits: the ancestors of a value are those of all that its node reads, and itself. */
export const flowFrom = (wiring: Wiring, input: string): Flow => {
  const { graph, types, maker, readers, layers } = wiring;
  const place = new Map([[input, 0]]);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => place.has(name))) continue;
    nodes.push(node);
    for (const output of node.outputs) if (output !== '') place.set(output, place.size);
  }
  const words = Math.ceil(place.size / 32);
  const ancestors = new Map<string, Uint32Array>();
  const add = (bits: Uint32Array, at: number): void => {
    bits[at >> 5]! |= 1 << (at & 31);
  };
  const first = new Uint32Array(words);
  add(first, 0);
  ancestors.set(input, first);
  const inputsOf = (node: Node): readonly string[] => [...new Set(node.inputs.filter((name) => place.has(name)))];
  for (const node of nodes) {
    const before = new Uint32Array(words);
    for (const name of inputsOf(node)) {
      const more = ancestors.get(name)!;
      for (let i = 0; i < words; i += 1) before[i]! |= more[i]!;
    }
    for (const output of node.outputs) {
      if (output === '') continue;
      const bits = before.slice();
      add(bits, place.get(output)!);
      ancestors.set(output, bits);
    }
  }
  return {
    graph,
    types,
    nodes,
    has: (value) => place.has(value),
    maker: (value) => maker.get(value),
    readers: (value) => readers.get(value) ?? [],
    inputsOf,
    depends(value, on) {
      const at = place.get(on);
      return at !== undefined && (((ancestors.get(value)?.[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1;
    },
    isLayer: (node) => layers.has(node),
  };
};
