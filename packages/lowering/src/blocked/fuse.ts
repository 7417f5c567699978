/**
 * What a blocked convolution does besides, for nothing: a norm followed by an addition and an activation becomes one
 * node, and so does an input gradient followed by the addition of another gradient. The fused nodes keep their
 * operator's name and get one input more: 5 of BatchNormalizationTrain, 2 of ConvInputGrad.
 */
import { type Attributes, edgesOf, floatList, type Graph, intsOf, type Node, string, toNumbers } from '@topiary/onnx';
import { keyOf } from '../_rule.js';

/** The input that is added to the result. */
const SUM_OF: Readonly<Record<string, number>> = {
  ':BatchNormalization': 5,
  'topiary:BatchNormalizationTrain': 5,
  'topiary:ConvInputGrad': 2,
};
const NORMS = [':BatchNormalization', 'topiary:BatchNormalizationTrain'];

/** The attributes by which a blocked convolution knows the activation of a fused node. */
export const activationOf = ({ attributes }: Node): Attributes => {
  const { activation, activation_params: params } = attributes;
  return { ...(activation ? { activation } : {}), ...(params ? { activation_params: params } : {}) };
};

class Fuser {
  readonly #graph: Graph;
  readonly #blocked: ReadonlySet<string>;
  readonly #uses: ReturnType<typeof edgesOf>['uses'];
  readonly #outputs: ReadonlySet<string>;
  /** Nodes by the value that they make; a fused node stands where its last part stood. */
  readonly #made = new Map<string, Node>();
  readonly #absorbed = new Set<string>();

  constructor(graph: Graph, blocked: ReadonlySet<string>) {
    this.#graph = graph;
    this.#blocked = blocked;
    this.#uses = edgesOf(graph).uses;
    this.#outputs = new Set(graph.outputs.map(({ name }) => name));
  }

  run(): Graph {
    const nodes = this.#graph.nodes.map((node) => {
      const fused = this.#blocked.has(node.outputs[0]!) ? this.#fused(node) : node;
      this.#made.set(fused.outputs[0]!, fused);
      return fused;
    });
    return { ...this.#graph, nodes: nodes.filter((node) => !this.#absorbed.has(node.outputs[0]!)) };
  }

  #fused(node: Node): Node {
    if (node.domain !== '') return node;
    if (node.op === 'Add') return this.#withSum(node) ?? node;
    const activation = this.#activation(node);
    const source = activation && this.#sole(node.inputs[0]!, NORMS);
    if (!source || source.attributes['activation']) return node;
    return this.#extend(source, node, source.inputs, { ...source.attributes, ...activation });
  }

  /** The node that makes `value` in blocks, if it is one of `ops` and nobody else reads the value. */
  #sole(value: string, ops: readonly string[]): Node | null {
    const node = this.#made.get(value);
    if (!node || !ops.includes(keyOf(node)) || !this.#blocked.has(value)) return null;
    return this.#uses.get(value)?.length === 1 && !this.#outputs.has(value) ? node : null;
  }

  #withSum(node: Node): Node | null {
    // The later of the two operands, for the earlier one must exist when it is computed.
    for (const i of [1, 0]) {
      const source = this.#sole(node.inputs[i]!, Object.keys(SUM_OF));
      const other = node.inputs[1 - i]!;
      if (!source || source.attributes['activation'] || !this.#blocked.has(other)) continue;
      const place = SUM_OF[keyOf(source)]!;
      if (source.inputs[place] || intsOf(source, 'strides')?.some((stride) => stride !== 1)) continue;
      const inputs = Array.from({ length: place + 1 }, (_, j) => (j === place ? other : (source.inputs[j] ?? '')));
      return this.#extend(source, node, inputs, source.attributes);
    }
    return null;
  }

  #activation(node: Node): Attributes | null {
    if (node.op === 'Relu') return { activation: string('Relu') };
    if (node.op !== 'Clip') return null;
    const bounds = [1, 2].map((i) => this.#graph.initializers.get(node.inputs[i] ?? ''));
    const values = bounds.map((bound) =>
      bound?.source.kind === 'data' ? toNumbers({ ...bound, data: bound.source.data })[0]! : null,
    );
    if (values.includes(null)) return null;
    return { activation: string('Clip'), activation_params: floatList(values as number[]) };
  }

  /** `source` with the output of `last`, which it replaces. */
  #extend(source: Node, last: Node, inputs: readonly string[], attributes: Attributes): Node {
    this.#absorbed.add(source.outputs[0]!);
    return { ...source, inputs, attributes, outputs: [last.outputs[0]!, ...source.outputs.slice(1)] };
  }
}

/** `blocked` holds the values that lie in blocks. */
export const fuseBlocked = (graph: Graph, blocked: ReadonlySet<string>): Graph => new Fuser(graph, blocked).run();
