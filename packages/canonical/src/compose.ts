/**
 * Operators that are others put together, written as these, so that nobody after needs a rule of their own for them.
 * https://onnx.ai/onnx/operators/
 */
import { TopiaryError } from '@topiary/errors';
import { type Attributes, float, floatOf, int, int64s, intOf, type Node, placeOf, scalar } from '@topiary/onnx';
import type { Folding } from './fold.js';

type Compose = (node: Node, parts: Parts, x: string) => void;

/** Collects nodes; the last one gets the name and the outputs of the node that they stand for. */
class Parts {
  readonly nodes: Node[] = [];
  readonly #node: Node;
  readonly #folding: Folding;

  constructor(node: Node, folding: Folding) {
    this.#node = node;
    this.#folding = folding;
  }

  op(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = this.#folding.draft.fresh(`${this.#node.name}.${op.toLowerCase()}`);
    this.nodes.push({ op, domain: '', name: output, inputs, outputs: [output], attributes });
    return output;
  }

  number(value: number): string {
    return this.#folding.draft.constant(scalar(value), `${this.#node.name}.number`);
  }

  axes(axes: readonly number[]): string {
    return this.#folding.draft.constant(int64s(axes), `${this.#node.name}.axes`);
  }

  rank(value: string): number {
    return this.#folding.type(value)!.shape.length;
  }

  finish(): readonly Node[] {
    const last = this.nodes.at(-1)!;
    return [...this.nodes.slice(0, -1), { ...last, name: this.#node.name, outputs: this.#node.outputs }];
  }
}

const COMPOSED: Readonly<Record<string, Compose>> = {
  // alpha · Elu(x / alpha)
  Celu: (node, parts, x) => {
    const alpha = floatOf(node, 'alpha', 1);
    if (alpha === 1) parts.op('Elu', [x]);
    else parts.op('Mul', [parts.op('Elu', [parts.op('Mul', [x, parts.number(1 / alpha)])]), parts.number(alpha)]);
  },
  GlobalMaxPool: (_node, parts, x) => {
    const places = Array.from({ length: parts.rank(x) - 2 }, (_, i) => i + 2);
    if (places.length === 0) parts.op('Identity', [x]);
    else parts.op('ReduceMax', [x, parts.axes(places)], { keepdims: int(1) });
  },
  // x · tanh(softplus x)
  Mish: (_node, parts, x) => parts.op('Mul', [x, parts.op('Tanh', [parts.op('Softplus', [x])])]),
  // x / (1 + |x|)
  Softsign: (_node, parts, x) => parts.op('Div', [x, parts.op('Add', [parts.op('Abs', [x]), parts.number(1)])]),
  // two by two
  Sum: ({ inputs }, parts, x) => {
    if (inputs.length === 1) parts.op('Identity', [x]);
    else inputs.slice(1).reduce((sum, next) => parts.op('Add', [sum, next]), x);
  },
};

export const compose = (node: Node, folding: Folding): readonly Node[] => {
  const known = node.inputs.length > 0 && node.inputs.every((input) => folding.type(input) !== null);
  const rule = COMPOSED[node.op];
  if (!known || !rule) return [node];
  const parts = new Parts(node, folding);
  rule(node, parts, node.inputs[0]!);
  return parts.finish();
};

/** From opset 21 on it has a scale per channel, as ours; the form of opset 18, one per group, was withdrawn. */
export const groupNormalization = (node: Node, folding: Folding): readonly Node[] => {
  if (folding.settings.opset < 21) {
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
      where: placeOf(node),
      expected: 'GroupNormalization of opset 21, with a scale for each channel',
      got: `that of opset ${folding.settings.opset}, with one for each group`,
      cure: 'Export with opset_version=17, where the exporter writes it in other operators, or with 21.',
    });
  }
  const attributes = {
    num_groups: int(intOf(node, 'num_groups', 0)),
    epsilon: float(floatOf(node, 'epsilon', 1e-5)),
  };
  return [{ ...node, domain: 'topiary', attributes }];
};
