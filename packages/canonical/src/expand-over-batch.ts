/**
 * Spreads a constant over the batch. ONNX's Expand has no "as many as the batch": its shape has to be computed from
 * an input, a chain that neither pruning nor training wants to look into. So it becomes a plain broadcast:
 * y = x + z, where z [N,1,…,1] = 0 · (the first element of each example). Every type is then known without values,
 * channels pass through Add as they do anywhere else, and the gradient of x is the sum over the batch.
 */
import { type Dim, type Graph, int, int64s, isFixed, type Node, scalar, type Tensor, type Value } from '@topiary/onnx';
import type { Folding } from './fold.js';

const CAST_TO: Readonly<Record<string, number>> = { float32: 1, int32: 6, int64: 7, float64: 11 };

const batchInput = (graph: Graph): Value | undefined =>
  graph.inputs.find(({ shape, type }) => shape.length > 0 && typeof shape[0] === 'string' && type in CAST_TO);

const zeroOf = (type: string): Tensor => {
  if (type === 'int64') return int64s([0], []);
  if (type === 'float64') return { type, dims: [], data: Float64Array.of(0) };
  return type === 'int32' ? { type, dims: [], data: Int32Array.of(0) } : scalar(0);
};

/** `shape` is the Expand's result; exactly one of its dimensions is the batch. */
export const expandOverBatch = (expand: Node, shape: readonly Dim[], folding: Folding): readonly Node[] => {
  const { draft, graph, settings } = folding;
  const x = folding.type(expand.inputs[0]!);
  const source = batchInput(graph);
  const axis = shape.indexOf(settings.batch);
  if (!x || !source || axis < 0 || shape.filter((dim) => !isFixed(dim)).length > 1 || !(x.type in CAST_TO))
    return [expand];
  const nodes: Node[] = [];
  // A trained token (`class_token`) gives what spreads it its name.
  const base = graph.initializers.has(expand.inputs[0]!) ? expand.inputs[0]! : expand.name;
  const add = (op: string, inputs: string[], attributes: Node['attributes'] = {}): string => {
    const y = draft.fresh(`${base}.${op.toLowerCase()}`);
    nodes.push({ op, domain: '', name: y, inputs, outputs: [y], attributes });
    return y;
  };
  const ints = (values: number[], what: string) => draft.constant(int64s(values), `${base}.${what}`);
  let z = source.name;
  const inner = source.shape.slice(1).map((_, i) => i + 1);
  if (inner.length > 0) {
    const [zeros, ones] = [inner.map(() => 0), inner.map(() => 1)];
    z = add('Slice', [z, ints(zeros, 'starts'), ints(ones, 'ends'), ints(inner, 'axes')]);
  }
  z = add('Reshape', [
    z,
    ints(
      shape.map((_, i) => (i === axis ? -1 : 1)),
      'shape',
    ),
  ]);
  if (source.type !== x.type) z = add('Cast', [z], { to: int(CAST_TO[x.type]!) });
  z = add('Mul', [z, draft.constant(zeroOf(x.type), `${base}.zero`)]);
  let value = expand.inputs[0]!;
  const rest = shape.map((dim) => (isFixed(dim) ? dim : 1));
  const grown = rest.some((dim, i) => dim !== (x.shape[i - rest.length + x.shape.length] ?? 1));
  if (grown) value = add('Expand', [value, ints(rest, 'sizes')]);
  nodes.push({ ...expand, name: `${base}.spread`, op: 'Add', inputs: [value, z], attributes: {} });
  return nodes;
};
