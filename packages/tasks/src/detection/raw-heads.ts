/**
 * Finds the raw boxes and scores of an exported detector, behind which the file decodes: what is trained. From the output
 * the way goes up to the sigmoid of the scores and to the softmax over the cells of a side; what stands before them is kept,
 * and the decoding is left out. Nothing is known by name.
 */
import { type Graph, GraphBuilder, intOf, isFixed, type Node } from '@topiary/onnx';
import { infer, inferTypes } from '@topiary/ops';

interface Known {
  readonly graph: Graph;
  readonly makers: ReadonlyMap<string, Node>;
  shape(value: string): readonly (string | number)[];
}

const knownOf = (graph: Graph): Known => {
  const types = inferTypes(graph);
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  return { graph, makers, shape: (value) => types.get(value)?.shape ?? [] };
};

/** Nodes above a value, the nearest first. */
const above = ({ makers }: Known, value: string): Node[] => {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const waiting = [value];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const node = makers.get(next);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    found.push(node);
    waiting.push(...node.inputs);
  }
  return found;
};

const sizeAt = (known: Known, value: string, axis: number): number => {
  const dim = known.shape(value)[axis];
  return isFixed(dim ?? '') ? (dim as number) : -1;
};

/** Logits [N, K, A]: what the sigmoid of the last rows of the output reads. */
const scoresOf = (known: Known, output: string, [classes, cells]: readonly [number, number]): string | null => {
  const last = known.makers.get(output);
  if (last?.op !== 'Concat') return null;
  for (const part of last.inputs) {
    const node = known.makers.get(part);
    if (node?.op !== 'Sigmoid') continue;
    const logits = node.inputs[0]!;
    if (sizeAt(known, logits, 1) === classes && sizeAt(known, logits, 2) === cells) return logits;
  }
  return null;
};

/** The softmax over the cells of a side, in whichever order its axes stand. */
const softmaxOf = (known: Known, output: string, cells: number): { node: Node; bins: number } | null => {
  for (const node of above(known, output)) {
    if (node.op !== 'Softmax') continue;
    const shape = known.shape(node.inputs[0]!);
    const axis = (intOf(node, 'axis', -1) + shape.length) % shape.length;
    const bins = Number(shape[axis]);
    const rest = shape.filter((_, i) => i > 0 && i !== axis).map(Number);
    if (shape.length === 4 && rest.includes(4) && rest.includes(cells) && bins > 1) return { node, bins };
  }
  return null;
};

/** The value [N, 4R, A] that softmax reads as [N, 4, R, A], transposed or not; null: in another order than ours. */
const boxesOf = (known: Known, { node, bins }: { node: Node; bins: number }, cells: number): string | null => {
  const makerOf = (value: string, op: string) => {
    const maker = known.makers.get(value);
    return maker?.op === op ? maker : null;
  };
  const straight = makerOf(node.inputs[0]!, 'Transpose')?.inputs[0] ?? node.inputs[0]!;
  const isOurs = known.shape(straight).slice(1).join() === [4, bins, cells].join();
  const boxes = isOurs ? makerOf(straight, 'Reshape')?.inputs[0] : undefined;
  return boxes !== undefined && known.shape(boxes).slice(1).join() === [4 * bins, cells].join() ? boxes : null;
};

/** Nodes that the values need, in their order. */
const needed = (graph: Graph, values: readonly string[]): Node[] => {
  const wanted = new Set(values);
  const kept = [...graph.nodes].reverse().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => wanted.has(output))) return false;
    for (const input of inputs) wanted.add(input);
    return true;
  });
  return kept.reverse();
};

/** The graph up to raw boxes and scores; null: they are not to be found, and the file can only be evaluated. */
export const cutAtRawHeads = (graph: Graph, classes: number): Graph | null => {
  const [output, second] = graph.outputs;
  const known = knownOf(graph);
  if (!output || second) return null;
  const cells = sizeAt(known, output.name, 2);
  const scores = scoresOf(known, output.name, [classes, cells]);
  const softmax = softmaxOf(known, output.name, cells);
  const boxes = softmax && boxesOf(known, softmax, cells);
  if (!scores || !boxes) return null;
  const nodes = needed(graph, [boxes, scores]);
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const initializers = new Map([...graph.initializers].filter(([name]) => read.has(name)));
  const b = GraphBuilder.from({ ...graph, nodes, outputs: [], initializers }, infer);
  b.output(boxes, b.has('boxes') ? undefined : 'boxes');
  b.output(scores, b.has('scores') ? undefined : 'scores');
  return b.build(graph.name, graph.metadata);
};
