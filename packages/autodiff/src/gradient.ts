/** Reverse mode: walks a graph backwards from a value and adds the nodes that compute its gradients. */
import { TopiaryError } from '@topiary/errors';
import { type GraphBuilder, type Node, placeOf, printShape, sameShape, sizeOf } from '@topiary/onnx';
import { allOps, forbidden, type Op, opOf, stops } from '@topiary/ops';

export interface GradientOptions {
  /** Gradient that arrives at `loss` (default 1; needed where `loss` is not a scalar). */
  readonly seed?: string;
}

/** Values that change when one of `roots` changes. */
const reachedFrom = (nodes: readonly Node[], roots: readonly string[]): Set<string> => {
  const reached = new Set(roots);
  for (const node of nodes) {
    if (node.inputs.some((input) => reached.has(input))) for (const output of node.outputs) reached.add(output);
  }
  return reached;
};

const ruleOf = (node: Node, op: Op) => {
  if (op.gradient === forbidden) {
    const known = allOps()
      .filter(({ domain, gradient }) => domain === '' && gradient !== forbidden)
      .map(({ type }) => type);
    throw new TopiaryError('TOPIARY_OPS_NO_GRADIENT', {
      where: placeOf(node),
      expected: `one of ${known.sort().join(', ')}`,
      got: node.op,
    });
  }
  return op.gradient;
};

/** Sums a gradient over the dimensions along which its input was broadcast. */
const unbroadcast = (b: GraphBuilder, gradient: string, input: string): string =>
  sameShape(b.shape(gradient), b.shape(input))
    ? gradient
    : b.op('ReduceTo', [gradient, input], {}, { domain: 'topiary' });

const seedOf = (b: GraphBuilder, loss: string, seed: string | undefined): string => {
  if (seed !== undefined) return seed;
  if (sizeOf(b.shape(loss)) !== 1) {
    throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
      where: `loss '${loss}'`,
      expected: 'a scalar, or a seed',
      got: printShape(b.shape(loss)),
    });
  }
  return b.scalar(1);
};

/** Gradients that arrive at each value, summed when they are read. */
class Arrivals {
  readonly #b: GraphBuilder;
  readonly #parts = new Map<string, string[]>();

  constructor(b: GraphBuilder) {
    this.#b = b;
  }

  add(value: string, gradient: string): void {
    const parts = this.#parts.get(value);
    if (parts) parts.push(gradient);
    else this.#parts.set(value, [gradient]);
  }

  /** A chain of two-input additions: the variadic Sum runs at a third of their speed. */
  sum(value: string): string | null {
    const parts = this.#parts.get(value);
    if (!parts) return null;
    const total = parts.reduce((a, c) => this.#b.op('Add', [a, c]));
    this.#parts.set(value, [total]);
    return total;
  }
}

const visit = (b: GraphBuilder, node: Node, arrivals: Arrivals, reached: ReadonlySet<string>): void => {
  const rule = ruleOf(node, opOf(node));
  if (rule === stops) return;
  const dX = rule({
    b,
    node,
    x: node.inputs,
    y: node.outputs,
    dY: node.outputs.map((output) => (output === '' ? null : arrivals.sum(output))),
    needs: (i) => reached.has(node.inputs[i] ?? ''),
  });
  if (dX.length !== node.inputs.length) {
    throw new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
      where: placeOf(node),
      expected: `${node.inputs.length} gradients, one per input`,
      got: `${dX.length}`,
    });
  }
  dX.forEach((gradient, i) => {
    const input = node.inputs[i]!;
    if (gradient !== null && reached.has(input)) arrivals.add(input, unbroadcast(b, gradient, input));
  });
};

/**
 * Adds nodes for the gradient of `loss` with respect to each value of `wrt`; null where `loss` does not depend on it.
 * Branches that none of `wrt` needs are left alone.
 */
export const gradient = (
  b: GraphBuilder,
  loss: string,
  wrt: readonly string[],
  options: GradientOptions = {},
): readonly (string | null)[] => {
  const { nodes } = b.build('forward');
  const reached = reachedFrom(nodes, wrt);
  const arrivals = new Arrivals(b);
  arrivals.add(loss, seedOf(b, loss, options.seed));
  b.scoped('backward', () => {
    for (const node of nodes.toReversed()) {
      const relevant = node.outputs.some((output) => reached.has(output) && arrivals.sum(output) !== null);
      if (relevant) b.scoped(node.name, () => visit(b, node, arrivals, reached));
    }
  });
  return wrt.map((value) => (reached.has(loss) ? arrivals.sum(value) : null));
};
