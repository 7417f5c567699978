/** What a pass is: a pure function from graph to graph. The list of passes stands in `canonicalize.ts`. */
import type { Graph, Initializer, Node, Tensor, Value } from '@topiary/onnx';
import { withData } from '@topiary/onnx';
import type { Budget } from './_budget.js';
import { Names } from './_names.js';

export interface Settings {
  /** Symbol of the batch dimension. */
  readonly batch: string;
  /** Numbers for the symbols of a file's other dimensions, such as `height`. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Runs a subgraph without inputs that has only constants; null = only the small rules of `evaluate.ts`. */
  readonly evaluate: Evaluate | null;
  /** The opset of the file, for what an operator meant before. */
  readonly opset: number;
  /** What folding may still compute. */
  readonly budget: Budget;
}

/** The outputs of a graph without inputs; null where they cannot be had. */
export type Evaluate = (constantSubgraph: Graph) => readonly Tensor[] | null;

export type Pass = (graph: Graph, settings: Settings) => Graph;

/** Collects the nodes and initialisers of the graph that a pass makes. */
export class Draft {
  readonly nodes: Node[] = [];
  readonly initializers: Map<string, Initializer>;
  readonly #names: Names;
  readonly #aliases = new Map<string, string>();
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.initializers = new Map(graph.initializers);
    const values = graph.nodes.flatMap(({ outputs }) => outputs);
    this.#names = new Names([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...values]);
  }

  /** A name that no value has yet. */
  fresh(hint: string): string {
    return this.#names.claim(hint);
  }

  /** The name of a further copy: `conv.weight` -> `conv_1.weight`. */
  freshCopy(of: string): string {
    return this.#names.claim(of, true);
  }

  constant(value: Tensor, hint: string): string {
    const name = this.fresh(hint);
    this.initializers.set(name, withData(name, value));
    return name;
  }

  /** From now on whoever reads `value` reads `instead`. */
  alias(value: string, instead: string): void {
    this.#aliases.set(value, this.resolve(instead));
  }

  resolve(value: string): string {
    return this.#aliases.get(value) ?? value;
  }

  /** The node with its inputs resolved. */
  rewire(node: Node): Node {
    if (!node.inputs.some((input) => this.#aliases.has(input))) return node;
    return { ...node, inputs: node.inputs.map((input) => this.resolve(input)) };
  }

  graph(changes: Partial<Graph> = {}): Graph {
    return { ...this.#graph, nodes: this.nodes, initializers: this.initializers, ...changes };
  }
}

export const namesOf = (values: readonly Value[]): Set<string> => new Set(values.map(({ name }) => name));

/** The only element of a constant, or null. */
export const scalarOf = (graph: Graph, value: string): number | null => {
  const initializer = graph.initializers.get(value);
  if (initializer?.source.kind !== 'data' || initializer.source.data.length !== 1) return null;
  return Number(initializer.source.data[0]);
};
