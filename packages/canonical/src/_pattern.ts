/** Looks along the edges of a graph for a composition of nodes: what the recognising passes share. */
import { edgesOf, elements, type Graph, type Node, type Use } from '@topiary/onnx';
import { scalarOf } from './_pass.js';

export class Pattern {
  readonly graph: Graph;
  readonly #producer: ReadonlyMap<string, Node>;
  readonly #uses: ReadonlyMap<string, readonly Use[]>;
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Graph) {
    this.graph = graph;
    const { producer, uses } = edgesOf(graph);
    this.#producer = producer;
    this.#uses = uses;
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
  }

  /** The node that makes `value`, if it is one of these operators. */
  maker(value: string | undefined, ...ops: string[]): Node | null {
    const node = this.#producer.get(value ?? '');
    return node && node.domain === '' && ops.includes(node.op) ? node : null;
  }

  /** The only reader of `value`, if it is one of these operators and the value is not an output of the graph. */
  reader(value: string | undefined, ...ops: string[]): Node | null {
    const uses = this.#uses.get(value ?? '') ?? [];
    const node = uses[0]?.node;
    if (!node || this.#outputs.has(value ?? '') || uses.some((use) => use.node !== node)) return null;
    return node.domain === '' && ops.includes(node.op) ? node : null;
  }

  readers(value: string): readonly Node[] {
    return (this.#uses.get(value) ?? []).map(({ node }) => node);
  }

  /** The other input of a node of two inputs. */
  other(node: Node, value: string): string | null {
    if (node.inputs.length !== 2) return null;
    return node.inputs[0] === value ? node.inputs[1]! : node.inputs[1] === value ? node.inputs[0]! : null;
  }

  /** An initialiser [C, 1, …] that meets the channels of x. */
  perChannel(value: string | null, channels: number, rank: number): boolean {
    const dims = this.graph.initializers.get(value ?? '')?.dims;
    if (!dims || elements(dims) !== channels) return false;
    const axis = dims.length - rank + 1;
    return axis >= 0 && dims[axis] === channels;
  }

  /** The constant scalar among two inputs and the value beside it. */
  withScalar(node: Node | null): { x: string; scalar: number } | null {
    if (node?.inputs.length !== 2) return null;
    const [a, b] = node.inputs as [string, string];
    const [p, q] = [scalarOf(this.graph, a), scalarOf(this.graph, b)];
    if (q !== null) return { x: a, scalar: q };
    return p === null ? null : { x: b, scalar: p };
  }
}

export const near = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) <= 1e-4 * Math.abs(wanted);

/** The graph with each matched composition written as one node or a few; what only fed it is dead afterwards. */
export const replaceNodes = (graph: Graph, replacements: ReadonlyMap<Node, Node | readonly Node[]>): Graph =>
  replacements.size === 0 ? graph : { ...graph, nodes: graph.nodes.flatMap((node) => replacements.get(node) ?? node) };
