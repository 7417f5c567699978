/**
 * The graph: what an ONNX file says, as plain data. Graphs are never changed in place: every pass returns a new one.
 * An initialiser is a shape and a source, so that counting a model of two gigabytes costs nothing.
 */
import type { DataType, Tensor, TensorType, TypedArray } from './tensor.js';

/** An attribute of a node; ONNX tells integers from floats, so the kind is kept. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  /** Operator name as in ONNX (`Conv`). */
  readonly op: string;
  /** '' = ai.onnx, 'com.microsoft', 'topiary' (abstract operators). */
  readonly domain: string;
  readonly name: string;
  /** Names of values; '' = an optional input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** How the elements of an initialiser that has no bytes yet are made (`fan` in the sense of Kaiming). */
export type InitRule =
  | { readonly rule: 'zeros' }
  | { readonly rule: 'ones' }
  | { readonly rule: 'constant'; readonly value: number }
  | { readonly rule: 'kaiming-normal'; readonly fan: number }
  | { readonly rule: 'uniform'; readonly bound: number }
  | { readonly rule: 'normal'; readonly std: number };

export type Source =
  | { readonly kind: 'data'; readonly data: TypedArray }
  | { readonly kind: 'init'; readonly init: InitRule }
  | { readonly kind: 'lazy'; readonly read: () => TypedArray };

export interface Initializer {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly source: Source;
}

export interface Value extends TensorType {
  readonly name: string;
}

export interface Graph {
  readonly name: string;
  /** Opset version per domain; '' is the ONNX domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The opset that `canonical` writes and that every graph of ours is built with. */
export const OPSET = 20;

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const string = (value: string): Attribute => ({ kind: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const floatList = (value: readonly number[]): Attribute => ({ kind: 'floats', value });

export const intOf = (node: Node, name: string, fallback: number): number => {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : fallback;
};
export const floatOf = (node: Node, name: string, fallback: number): number => {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
};
export const stringOf = (node: Node, name: string, fallback: string): string => {
  const attribute = node.attributes[name];
  return attribute?.kind === 'string' ? attribute.value : fallback;
};
export const intsOf = (node: Node, name: string): readonly number[] | undefined => {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : undefined;
};

export const withData = (name: string, value: Tensor): Initializer => ({
  name,
  type: value.type,
  dims: value.dims,
  source: { kind: 'data', data: value.data },
});

/** The elements of an initialiser, or null where it has only an init rule. */
export const dataOf = ({ source }: Initializer): TypedArray | null =>
  source.kind === 'data' ? source.data : source.kind === 'lazy' ? source.read() : null;

export const tensorOf = (initializer: Initializer): Tensor | null => {
  const data = dataOf(initializer);
  return data === null ? null : { type: initializer.type, dims: initializer.dims, data };
};

/** A readable place in the graph, for error messages. */
export const placeOf = (node: Node): string => `${node.op} '${node.name || node.outputs[0] || '?'}'`;

export interface Use {
  readonly node: Node;
  readonly index: number;
}

/** Who makes and who reads each value. */
export const edgesOf = (graph: Graph): { producer: Map<string, Node>; uses: Map<string, Use[]> } => {
  const producer = new Map<string, Node>();
  const uses = new Map<string, Use[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) producer.set(output, node);
    node.inputs.forEach((input, index) => {
      if (input === '') return;
      const list = uses.get(input);
      if (list) list.push({ node, index });
      else uses.set(input, [{ node, index }]);
    });
  }
  return { producer, uses };
};
