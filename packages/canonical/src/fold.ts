/**
 * One walk over the nodes that knows every type and what can be known of every value: integer chains (Shape, Gather,
 * Concat, …) are evaluated with the batch as a symbol, constants are computed, and what depends on shapes is written
 * with constants. What only fed such chains is dead afterwards.
 */
import { type Dim, type Graph, type Node, type Tensor, type TensorType, tensorOf, withData } from '@topiary/onnx';
import { infer, type Known, type Op, opOf } from '@topiary/ops';
import { Draft, namesOf, type Pass, type Settings } from './_pass.js';
import { evaluate } from './evaluate.js';
import { fromTensor, isSmall, toTensor } from './known.js';
import { settle } from './settle.js';
import { tiesOf } from './ties.js';

const isFloat = (type: TensorType['type']): boolean => type.startsWith('float');

const dimsOf = ({ shape }: TensorType): readonly number[] | null =>
  shape.every((dim): dim is number => typeof dim === 'number') ? (shape as readonly number[]) : null;

export class Folding {
  readonly graph: Graph;
  readonly settings: Settings;
  readonly draft: Draft;
  readonly #types = new Map<string, TensorType>();
  readonly #known = new Map<string, Known | null>();
  /** Trained numbers: folding must not change how many there are. */
  readonly #parameters = new Set<string>();
  readonly #ties: ReadonlySet<string>;
  readonly #constant = new Set<string>();
  readonly #outputs: ReadonlySet<string>;

  constructor(graph: Graph, settings: Settings) {
    this.graph = graph;
    this.settings = settings;
    this.draft = new Draft(graph);
    this.#ties = tiesOf(graph);
    this.#outputs = namesOf(graph.outputs);
    for (const { name, type, shape } of graph.inputs) this.#types.set(name, { type, shape });
    for (const { name, type, dims } of graph.initializers.values()) {
      if (isFloat(type) && sizeOfDims(dims) > 1) this.#parameters.add(name);
    }
  }

  type(value: string): TensorType | null {
    const initializer = this.draft.initializers.get(value);
    if (initializer) return { type: initializer.type, shape: initializer.dims };
    return this.#types.get(value) ?? null;
  }

  tensor(value: string): Tensor | null {
    const initializer = this.draft.initializers.get(value);
    if (initializer) return tensorOf(initializer);
    const known = this.#known.get(value);
    return known ? toTensor(known) : null;
  }

  known(value: string): Known | null {
    const before = this.#known.get(value);
    if (before !== undefined) return before;
    const constant = this.tensor(value);
    const known = constant ? fromTensor(constant) : null;
    this.#known.set(value, known);
    return known;
  }

  /** Does the value come from initialisers alone? */
  isConstant(value: string): boolean {
    return this.#constant.has(value) || this.draft.initializers.has(value);
  }

  visit(original: Node): void {
    for (const node of settle(this.draft.rewire(original), this)) this.#place(node);
  }

  #place(node: Node): void {
    const op = opOf(node);
    const x = node.inputs.map((input) => (input === '' ? null : this.type(input)));
    const at = (i: number): string => node.inputs[i] ?? '';
    const y = infer(node, x, (i) => this.tensor(at(i)));
    node.outputs.forEach((output, i) => {
      const type = y[i];
      if (output !== '' && type) this.#types.set(output, type);
    });
    const isConstant =
      node.inputs.some(Boolean) && node.inputs.every((input) => input === '' || this.isConstant(input));
    if (isConstant) for (const output of node.outputs) this.#constant.add(output);
    // What depends on trained numbers that have to stay is an activation to whoever reads it; a shape does not.
    const isShape = op.value({ node, x, known: () => null }) !== null;
    const stays = !isShape && this.#changesParameters(node, y);
    const values = stays ? null : this.#evaluate(op, node, x, y);
    const constants = stays ? null : this.#constants(node, y, values);
    if (!constants) this.draft.nodes.push(node);
    else this.#replace(node, constants);
  }

  #evaluate(op: Op, node: Node, x: readonly (TensorType | null)[], y: readonly TensorType[]): readonly Known[] | null {
    if (!y.every(({ shape }) => isSmall(shape))) return null;
    const values = op.value({ node, x, known: (i) => this.known(node.inputs[i] ?? '') });
    if (values) this.#spend(node, values);
    values?.forEach((value, i) => {
      this.#known.set(node.outputs[i]!, value);
    });
    return values;
  }

  /** What is read costs, too: a sum over many elements is one. */
  #spend(node: Node, values: readonly Known[]): void {
    const read = node.inputs.map((input) => this.known(input)?.data.length ?? 0);
    const made = values.reduce((n, { data }) => n + data.length, 0);
    this.settings.budget.spend(node, Math.max(made, ...read));
  }

  /** The outputs as tensors, where all of them can be computed now. */
  #constants(node: Node, y: readonly TensorType[], values: readonly Known[] | null): readonly Tensor[] | null {
    if (node.outputs.some((output) => this.#outputs.has(output))) return null;
    const fromValues = values?.map(toTensor);
    if (fromValues?.every((value) => value !== null)) return fromValues;
    if (!node.inputs.every((input) => input === '' || this.draft.initializers.has(input))) return null;
    if (node.inputs.length === 0 || !y.every(dimsOf)) return null;
    const computed = evaluate(node, this.tensor(node.inputs[0]!));
    return computed && [computed];
  }

  /** Would folding merge, cut or multiply trained numbers (tables that are looked up, tokens that are repeated)? */
  #changesParameters(node: Node, y: readonly TensorType[]): boolean {
    const read = node.inputs.filter((input) => this.#parameters.has(input));
    if (read.length === 0) return false;
    if (read.some((input) => this.#ties.has(input))) return true;
    const before = read.reduce((n, input) => n + sizeOfDims(this.draft.initializers.get(input)?.dims ?? []), 0);
    const after = y.reduce((n, type) => n + sizeOfDims(dimsOf(type) ?? []), 0);
    return before !== after || y.some(({ type }) => !isFloat(type));
  }

  #replace(node: Node, constants: readonly Tensor[]): void {
    const trained = node.inputs.some((input) => this.#parameters.has(input));
    node.outputs.forEach((output, i) => {
      if (output === '') return;
      this.draft.initializers.set(output, withData(output, constants[i]!));
      if (trained) this.#parameters.add(output);
    });
  }

  finish(): Graph {
    const outputs = this.graph.outputs.map((output) => {
      const name = this.draft.resolve(output.name);
      return { ...output, ...(this.type(name) ?? {}) };
    });
    return this.draft.graph({ outputs });
  }
}

const sizeOfDims = (dims: readonly Dim[]): number => dims.reduce<number>((n, dim) => n * Number(dim), 1);

export const fold: Pass = (graph, settings) => {
  const folding = new Folding(graph, settings);
  for (const node of graph.nodes) folding.visit(node);
  return folding.finish();
};
