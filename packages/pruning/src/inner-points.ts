/** Values inside a residual branch that losses, masks and statistics ask for: queries, keys, values, hidden units, gates. */
import type { Node } from '@topiary/onnx';
import type { Flow } from './flow.js';
import type { Residual } from './residuals.js';

export interface Attention {
  /** Outputs of the projections that make them, before heads are split: one value three times where they are fused. */
  readonly queries: string;
  readonly keys: string;
  readonly values: string;
  /** Keys come from elsewhere: a text, an encoder. */
  readonly isCross: boolean;
}

/** Neither constant nor parameter. */
const isComputed = ({ graph }: Flow, value: string): boolean => value !== '' && !graph.initializers.has(value);

/** A product of two computed values. */
const isProduct = (flow: Flow, node: Node): boolean =>
  node.op === 'MatMul' && node.inputs.every((input) => isComputed(flow, input));

/** A layer's output with the bias that an exporter adds in a node of its own. */
const withBias = (flow: Flow, value: string): string => {
  const readers = flow.readers(value);
  const [next] = readers;
  if (readers.length !== 1 || next?.op !== 'Add') return value;
  return next.inputs.some((input) => !isComputed(flow, input)) ? next.outputs[0]! : value;
};

/** Back from a value to the nearest layer. */
const projectionBefore = (flow: Flow, value: string): string => {
  const seen = new Set([value]);
  const pending = [value];
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const node = flow.maker(at);
    if (!node) continue;
    if (flow.isLayer(node)) return withBias(flow, at);
    for (const input of node.inputs) {
      if (!isComputed(flow, input) || seen.has(input)) continue;
      seen.add(input);
      pending.push(input);
    }
  }
  return value;
};

/** Attention weighs values with products of queries and keys: two products of computed values, one behind the other. */
export const attentionOf = (flow: Flow, { from, inner }: Residual): Attention | null => {
  const products = [...inner].filter((node) => isProduct(flow, node));
  for (const weighed of products) {
    const scores = products.find((node) => node !== weighed && flow.depends(weighed.inputs[0]!, node.outputs[0]!));
    if (!scores) continue;
    const [queries, keys] = scores.inputs as [string, string];
    return {
      queries: projectionBefore(flow, queries),
      keys: projectionBefore(flow, keys),
      values: projectionBefore(flow, weighed.inputs[1]!),
      isCross: !flow.depends(keys, from),
    };
  }
  return null;
};

/** What the last layer of a branch without attention reads, if there is a layer before it: hidden units of an MLP. */
export const hiddenOf = (flow: Flow, { inner, branches }: Residual): string | null => {
  const products = [...inner].filter((node) => isProduct(flow, node));
  const isOf = (branch: string, node: Node): boolean => flow.depends(branch, node.outputs[0]!);
  const branch = branches.find((each) => !products.some((node) => isOf(each, node)));
  if (branch === undefined) return null;
  const layers = [...inner].filter((node) => flow.isLayer(node) && isOf(branch, node));
  return layers.length < 2 ? null : (flow.inputsOf(layers.at(-1)!)[0] ?? null);
};

/** A branch without the factors it is multiplied with at its end: gates of a condition, scales that are learned. */
export const ungated = (flow: Flow, from: string, branch: string): string => {
  const node = flow.maker(branch);
  if (node?.op !== 'Mul') return branch;
  const own = node.inputs.filter((input) => flow.depends(input, from));
  return own.length === 1 ? ungated(flow, from, own[0]!) : branch;
};

/** Positions do not meet in the branch but through attention: all its layers are matrices or kernels of one pixel. */
export const isPointwise = ({ graph, isLayer }: Flow, { inner }: Residual): boolean =>
  [...inner].filter(isLayer).every(({ inputs }) =>
    inputs.every((input) => {
      const kernel = graph.initializers.get(input)?.dims.slice(2) ?? [];
      return kernel.every((size) => size === 1);
    }),
  );
