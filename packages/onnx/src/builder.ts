/** Builds a graph node by node with fresh names; infers types as it goes when given the rule for it. */
import { TopiaryError } from '@topiary/errors';
import type { Shape } from './dims.js';
import {
  type Attributes,
  type Graph,
  type Initializer,
  type InitRule,
  type Node,
  OPSET,
  type Value,
  withData,
} from './graph.js';
import { type DataType, int64s, scalar, type Tensor, type TensorType } from './tensor.js';

/** Types of a node's outputs from those of its inputs (`ops` provides it; `onnx` knows no operator). */
export type Infer = (
  node: Node,
  inputs: readonly (TensorType | null)[],
  constant: (index: number) => Tensor | null,
) => readonly TensorType[];

export interface NodeOptions {
  readonly domain?: string;
  readonly name?: string;
  /** Number of outputs (1), or their names. */
  readonly outputs?: number | readonly string[];
}

export class GraphBuilder {
  readonly #infer: Infer;
  readonly #taken = new Set<string>();
  readonly #counters = new Map<string, number>();
  readonly #types = new Map<string, TensorType>();
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #constants = new Map<string, string>();
  readonly #opsets: Record<string, number> = { '': OPSET };
  #prefix = '';

  constructor(infer: Infer) {
    this.#infer = infer;
  }

  /** A builder that goes on from a graph: same values, nodes and initialisers; outputs are declared anew. */
  static from(graph: Graph, infer: Infer, options: { outputs?: boolean } = {}): GraphBuilder {
    const b = new GraphBuilder(infer);
    Object.assign(b.#opsets, graph.opsets);
    for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
    for (const initializer of graph.initializers.values()) b.initializer(initializer);
    for (const node of graph.nodes) b.append(node);
    if (options.outputs) for (const { name } of graph.outputs) b.output(name);
    return b;
  }

  /**
   * A builder for another graph of the same inputs and initialisers. Names that it makes meet none of the nodes' outputs, which
   * are still to be made.
   */
  static beside(graph: Graph, infer: Infer): GraphBuilder {
    const b = new GraphBuilder(infer);
    for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') b.fresh(output);
    for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
    for (const initializer of graph.initializers.values()) b.initializer(initializer);
    return b;
  }

  /** A name nobody has yet. */
  fresh(hint: string): string {
    const base = this.#prefix + hint;
    if (!this.#taken.has(base)) {
      this.#taken.add(base);
      return base;
    }
    let n = this.#counters.get(base) ?? 1;
    while (this.#taken.has(`${base}_${n}`)) n += 1;
    this.#counters.set(base, n + 1);
    this.#taken.add(`${base}_${n}`);
    return `${base}_${n}`;
  }

  /** Names made inside `body` begin with `prefix`, so that profiles and pictures can be read. */
  scoped<T>(prefix: string, body: () => T): T {
    const before = this.#prefix;
    this.#prefix = `${before}${prefix}/`;
    try {
      return body();
    } finally {
      this.#prefix = before;
    }
  }

  input(name: string, type: DataType, shape: Shape): string {
    this.#claim(name);
    this.#types.set(name, { type, shape });
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Declares an existing value an output; with `as`, under another name (through Identity). */
  output(value: string, as?: string): string {
    const name = as === undefined || as === value ? value : this.op('Identity', [value], {}, { outputs: [as] });
    this.#outputs.push({ name, ...this.type(name) });
    return name;
  }

  initializer(initializer: Initializer): string {
    this.#claim(initializer.name);
    this.#types.set(initializer.name, { type: initializer.type, shape: initializer.dims });
    this.#initializers.set(initializer.name, initializer);
    return initializer.name;
  }

  parameter(name: string, dims: readonly number[], init: InitRule, type: DataType = 'float32'): string {
    return this.initializer({
      name: this.#taken.has(name) ? this.fresh(name) : name,
      type,
      dims,
      source: { kind: 'init', init },
    });
  }

  /** A constant; equal small constants are made once. */
  constant(value: Tensor, hint = 'const'): string {
    const key = value.data.length <= 16 ? `${value.type}[${value.dims}]${value.data.join()}` : null;
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const name = this.fresh(hint);
    this.#taken.delete(name);
    this.initializer(withData(name, value));
    if (key !== null) this.#constants.set(key, name);
    return name;
  }

  scalar(value: number): string {
    return this.constant(scalar(value));
  }

  int64s(values: readonly number[]): string {
    return this.constant(int64s(values), 'ints');
  }

  /** Adds a node with one output and returns it. */
  op(op: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    return this.ops(op, inputs, attributes, options)[0]!;
  }

  /** Adds a node and returns all its outputs. */
  ops(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    options: NodeOptions = {},
  ): readonly string[] {
    const wanted = options.outputs ?? 1;
    const outputs =
      typeof wanted === 'number'
        ? Array.from({ length: wanted }, () => this.fresh(op))
        : wanted.map((n) => this.#claim(n));
    this.#place({ op, domain: options.domain ?? '', name: options.name ?? outputs[0]!, inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a node as it is. */
  append(node: Node): void {
    for (const output of node.outputs) if (output !== '') this.#claim(output);
    this.#place(node);
  }

  has(value: string): boolean {
    return this.#types.has(value);
  }

  type(value: string): TensorType {
    const type = this.#types.get(value);
    if (!type)
      throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where: `value '${value}'`, got: 'no such value' });
    return type;
  }

  shape(value: string): Shape {
    return this.type(value).shape;
  }

  constantOf(value: string): Tensor | null {
    const initializer = this.#initializers.get(value);
    if (initializer?.source.kind !== 'data') return null;
    return { type: initializer.type, dims: initializer.dims, data: initializer.source.data };
  }

  build(name: string, metadata: Readonly<Record<string, string>> = {}): Graph {
    return {
      name,
      opsets: { ...this.#opsets },
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      nodes: [...this.#nodes],
      initializers: new Map(this.#initializers),
      metadata,
    };
  }

  #place(node: Node): void {
    if (node.domain !== '' && !(node.domain in this.#opsets)) this.#opsets[node.domain] = 1;
    const types = this.#infer(
      node,
      node.inputs.map((input) => (input === '' ? null : this.type(input))),
      (index) => (node.inputs[index] ? this.constantOf(node.inputs[index]) : null),
    );
    node.outputs.forEach((output, i) => {
      const type = types[i];
      if (output !== '' && type) this.#types.set(output, type);
    });
    this.#nodes.push(node);
  }

  #claim(name: string): string {
    if (this.#types.has(name)) {
      throw new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where: `value '${name}'`, got: 'two definitions' });
    }
    this.#taken.add(name);
    return name;
  }
}
