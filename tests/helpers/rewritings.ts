/** Networks that compute the same as another in other operators: ways of layers and of weights, drawn at random. */
import { type Graph, GraphBuilder, isFixed, type Node, tensorOf } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { COLUMNS, CONTRACTIONS, rewrittenConv, rewrittenLinear, type Way } from './rewritten-layers.js';
import { noughtOf, WEIGHTS } from './rewritten-weights.js';

export interface Draw {
  readonly rng: () => number;
  /** Of the layers, how many are written otherwise, and how many have their weights elsewhere. */
  readonly layers: number;
  readonly weights: number;
}

/** What was drawn for each layer, in words. */
export interface Rewritten {
  readonly graph: Graph;
  readonly ways: readonly string[];
}

const pick = <T>(rng: () => number, of: Readonly<Record<string, T>>): readonly [string, T] => {
  const entries = Object.entries(of);
  return entries[Math.min(entries.length - 1, Math.floor(rng() * entries.length))]!;
};

const isPlain = (node: Node): boolean =>
  node.op === 'MatMul' || ['transA', 'transB'].every((name) => (node.attributes[name]?.value ?? 0) === 0);

/** The chain of additions has a node for each number that is summed. */
const MOST_IN_CHAIN = 72;

class Rewriting {
  readonly b = new GraphBuilder(infer);
  readonly ways: string[] = [];
  readonly #graph: Graph;
  readonly #draw: Draw;
  #nought: string | null = null;

  constructor(graph: Graph, draw: Draw) {
    this.#graph = graph;
    this.#draw = draw;
    for (const { name, type, shape } of graph.inputs) this.b.input(name, type, shape);
    const weights = new Set(graph.nodes.filter((node) => this.#weightOf(node) !== null).map((node) => node.inputs[1]!));
    for (const one of graph.initializers.values()) if (!weights.has(one.name)) this.b.initializer(one);
  }

  /** A layer of one weight that nothing else reads. */
  #weightOf(node: Node) {
    const initializer = this.#graph.initializers.get(node.inputs[1] ?? '');
    const dims = initializer?.dims.length;
    const isLayer = node.op === 'Conv' ? dims === 4 : ['Gemm', 'MatMul'].includes(node.op) && dims === 2;
    if (!isLayer || !isPlain(node)) return null;
    const readers = this.#graph.nodes.filter(({ inputs }) => inputs.includes(initializer!.name));
    return readers.length === 1 ? tensorOf(initializer!) : null;
  }

  /** Names of new values begin with a prefix of their own: those of the network stay. */
  visit(node: Node): void {
    this.b.scoped('written', () => this.#visit(node));
  }

  #visit(node: Node): void {
    const value = this.#weightOf(node);
    const { rng, layers, weights } = this.#draw;
    if (value === null) {
      this.b.append(node);
      return;
    }
    this.#nought ??= noughtOf(this.b, this.#graph.inputs[0]!.name);
    const [weightName, weigh] =
      rng() < weights ? pick(rng, WEIGHTS) : (['as they are', WEIGHTS['as they are']!] as const);
    const w = weigh(this.b, value, this.#nought);
    const batched = this.b.shape(node.inputs[0]!).filter((dim) => !isFixed(dim)).length === 1;
    if (rng() >= layers || !batched) {
      this.ways.push(`${node.op}, weights ${weightName}`);
      this.b.append({ ...node, inputs: [node.inputs[0]!, w, ...node.inputs.slice(2)] });
      return;
    }
    this.#write(node, w, weightName);
  }

  #write(node: Node, w: string, weightName: string): void {
    const { b } = this;
    const { rng } = this.#draw;
    const depth = node.op === 'Conv' ? b.shape(w).slice(1) : b.shape(w).slice(0, 1);
    const long = depth.reduce<number>((n, dim) => n * Number(dim), 1) > MOST_IN_CHAIN;
    const { 'a chain of additions': _, ...rest } = CONTRACTIONS;
    const [name, contraction] = pick(rng, long ? rest : CONTRACTIONS);
    const [columnsName, columns] = pick(rng, COLUMNS);
    const way: Way = { contraction, columns };
    this.ways.push(`${node.op} by ${name}, ${columnsName}, weights ${weightName}`);
    const x = node.inputs[0]!;
    const sums = node.op === 'Conv' ? rewrittenConv(b, { node, x, w }, way) : rewrittenLinear(b, x, w, way);
    const bias = node.inputs[2];
    const [output] = node.outputs as [string];
    if (!bias) b.op('Identity', [sums], {}, { outputs: [output] });
    else {
      const shape = node.op === 'Conv' ? [Number(b.shape(bias)[0]), 1, 1] : [Number(b.shape(bias)[0])];
      b.op('Add', [sums, b.op('Reshape', [bias, b.int64s(shape)])], {}, { outputs: [output] });
    }
  }

  finish(): Rewritten {
    for (const { name } of this.#graph.outputs) this.b.output(name);
    return { graph: this.b.build(`${this.#graph.name}, rewritten`), ways: this.ways };
  }
}

export const rewrite = (graph: Graph, draw: Draw): Rewritten => {
  const rewriting = new Rewriting(graph, draw);
  for (const node of graph.nodes) rewriting.visit(node);
  return rewriting.finish();
};
