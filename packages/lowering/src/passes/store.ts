/**
 * Decides which filters lie in blocks between steps, with whatever is updated beside them: a step's new weights are the next
 * one's old ones, so putting them into blocks and taking them out again is work for nobody. All that touches such a value must
 * be indifferent to the order of its elements: convolutions in blocks, their weight gradients, element-wise updates.
 */
import { edgesOf, type Graph, GraphBuilder, type Infer, type Node, type Use } from '@topiary/onnx';
import { keyOf } from '../_rule.js';
import type { Layouts } from './layouts.js';

/** An output, and the input of the same shape that it is in the next step. */
export interface Pair {
  readonly input: string;
  readonly output: string;
}

const ELEMENTWISE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Sqrt',
  'Neg',
  'Abs',
  'Pow',
  'Min',
  'Max',
  'Identity',
  'Where',
]);
/** Their filter is input 1. */
const READERS = new Set([':Conv', 'topiary:ConvInputGrad']);
const GRADIENT = 'topiary:ConvWeightGrad';

/** Both kinds of channels fill their blocks: nothing is added, and the shape stays. */
const fillsBlocks = (dims: readonly (number | string)[], block: number): boolean =>
  dims.length === 4 && dims.slice(0, 2).every((n) => Number(n) % block === 0);

class Search {
  readonly #types: GraphBuilder;
  readonly #uses: ReadonlyMap<string, readonly Use[]>;
  readonly #producer: ReadonlyMap<string, Node>;
  readonly #outputs: ReadonlySet<string>;
  readonly #partners = new Map<string, string[]>();

  constructor(
    graph: Graph,
    pairs: readonly Pair[],
    infer: Infer,
    readonly layouts: Layouts,
  ) {
    this.#types = GraphBuilder.from(graph, infer);
    const { uses, producer } = edgesOf(graph);
    [this.#uses, this.#producer] = [uses, producer];
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
    for (const { input, output } of pairs) {
      for (const [one, other] of [
        [input, output],
        [output, input],
      ] as const)
        this.#partners.set(one, [...(this.#partners.get(one) ?? []), other]);
    }
  }

  /** Everything whose elements stand in the order of this value's; null: somebody needs the plain order. */
  of(start: string): ReadonlySet<string> | null {
    const shape = this.#types.shape(start).join();
    const found = new Set([start]);
    for (const value of found) {
      const next = this.#around(value, shape);
      if (next === null) return null;
      for (const one of next) found.add(one);
    }
    return found;
  }

  #around(value: string, shape: string): readonly string[] | null {
    const made = this.#madeOf(value, shape);
    const given = (this.#uses.get(value) ?? []).map((use) => this.#givenBy(use, shape));
    const partners = this.#partners.get(value) ?? [];
    if (this.#outputs.has(value) && partners.length === 0) return null;
    const all = [made, ...given];
    return all.some((one) => one === null) ? null : [...partners, ...all.flatMap((one) => one!)];
  }

  #madeOf(value: string, shape: string): readonly string[] | null {
    const node = this.#producer.get(value);
    if (node === undefined) return this.#partners.has(value) ? [] : null;
    if (keyOf(node) === GRADIENT) return this.layouts.nodes.has(value) ? [] : null;
    return this.#elementwise(node, shape);
  }

  #givenBy({ node, index }: Use, shape: string): readonly string[] | null {
    if (READERS.has(keyOf(node))) return index === 1 && this.layouts.nodes.has(node.outputs[0]!) ? [] : null;
    return this.#elementwise(node, shape) ?? (this.#vanishes(node) ? [] : null);
  }

  /** Its operands and result of this shape; null: it is none, or an operand is spread over some axes. */
  #elementwise(node: Node, shape: string): readonly string[] | null {
    if (node.domain !== '' || !ELEMENTWISE.has(node.op)) return null;
    const operands = node.inputs.filter((input) => !this.#isOne(input));
    const all = [...operands, ...node.outputs];
    return all.every((name) => this.#types.shape(name).join() === shape) ? all : null;
  }

  #isOne(name: string): boolean {
    return this.#types.shape(name).every((dim) => dim === 1);
  }

  /** One number of a value that is taken times zero, for the sake of waiting: whichever it is. */
  #vanishes({ op, outputs: [output] }: Node): boolean {
    if (op !== 'Reshape' && op !== 'Gather' && op !== 'Add') return false;
    const uses = this.#uses.get(output!) ?? [];
    return (
      !this.#outputs.has(output!) &&
      uses.length > 0 &&
      uses.every(({ node }) => this.#isTimesZero(node) || this.#vanishes(node))
    );
  }

  #isTimesZero({ op, inputs }: Node): boolean {
    const isZero = (name: string) => {
      const value = this.#types.constantOf(name);
      return value !== null && value.data.length === 1 && Number(value.data[0]) === 0;
    };
    return op === 'Mul' && inputs.some(isZero);
  }
}

/** Values of the graph, inputs and outputs among them, whose elements are stored as filters in blocks. */
export const storedFilters = (
  graph: Graph,
  layouts: Layouts,
  { pairs, block, infer }: { readonly pairs: readonly Pair[]; readonly block: number; readonly infer: Infer },
): ReadonlySet<string> => {
  const search = new Search(graph, pairs, infer, layouts);
  const carried = new Set(pairs.map(({ input }) => input));
  const stored = new Set<string>();
  for (const node of graph.nodes) {
    const filter = node.inputs[1];
    if (!READERS.has(keyOf(node)) || filter === undefined || !carried.has(filter) || stored.has(filter)) continue;
    const dims = graph.inputs.find(({ name }) => name === filter)!.shape;
    if (!layouts.nodes.has(node.outputs[0]!) || !fillsBlocks(dims, block)) continue;
    for (const value of search.of(filter) ?? []) stored.add(value);
  }
  return stored;
};
