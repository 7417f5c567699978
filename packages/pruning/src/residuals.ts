/**
 * Finds residual additions by what a graph does, never by its names: `x + f(x)`, `projection(x) + f(x)`,
 * `x + gate · f(x)`, `x + f(x) + g(x)`. The shortcut is the summand that comes from x in a straight line, through
 * fewer layers than the others.
 */
import type { Node } from '@topiary/onnx';
import type { Flow } from './flow.js';

/** An addition onto the stream. */
export interface Residual {
  /** The stream that shortcut and branches come from. */
  readonly from: string;
  readonly shortcut: string;
  readonly branches: readonly string[];
  readonly sum: string;
  /** Nodes between `from` and the sum, but for those of the shortcut and the addition itself. */
  readonly inner: ReadonlySet<Node>;
}

const isOutput = ({ graph }: Flow, value: string): boolean => graph.outputs.some(({ name }) => name === value);

/** An addition of two values of the flow; a bias, a position and a condition are beside it. */
const isSum = (flow: Flow, node: Node | undefined): node is Node =>
  node?.op === 'Add' && flow.inputsOf(node).length === 2;

/** Sums that only another sum reads are part of it: `(x + f(x)) + g(x)` has three summands. */
const isInner = (flow: Flow, value: string): boolean => {
  const readers = flow.readers(value);
  return isSum(flow, flow.maker(value)) && !isOutput(flow, value) && readers.length === 1 && isSum(flow, readers[0]);
};

const summandsOf = (flow: Flow, sum: Node): string[] =>
  flow.inputsOf(sum).flatMap((value) => (isInner(flow, value) ? summandsOf(flow, flow.maker(value)!) : [value]));

interface Line {
  readonly shortcut: string;
  readonly from: string;
  /** Layers and nodes on the way. */
  readonly layers: number;
  readonly length: number;
}

/** From a summand straight back, as long as one value makes the next, to the first that all other summands need. */
const lineTo = (flow: Flow, shortcut: string, others: readonly string[]): Line | null => {
  let layers = 0;
  let length = 0;
  for (let from = shortcut; ; length += 1) {
    if (others.every((value) => flow.depends(value, from))) return { shortcut, from, layers, length };
    const node = flow.maker(from);
    const before = node ? flow.inputsOf(node) : [];
    if (before.length !== 1) return null;
    if (flow.isLayer(node!)) layers += 1;
    from = before[0]!;
  }
};

interface Between {
  readonly nodes: Set<Node>;
  /** Most layers on a way. */
  readonly layers: number;
}

/** The nodes on all ways from one value to others. */
const between = (flow: Flow, from: string, to: readonly string[]): Between => {
  const depth = new Map([[from, 0]]);
  const nodes = new Set<Node>();
  for (const node of flow.nodes) {
    const before = flow.inputsOf(node).flatMap((value) => depth.get(value) ?? []);
    if (before.length === 0 || !node.outputs.some((y) => to.some((value) => flow.depends(value, y)))) continue;
    nodes.add(node);
    const layers = Math.max(...before) + (flow.isLayer(node) ? 1 : 0);
    for (const output of node.outputs) depth.set(output, layers);
  }
  return { nodes, layers: Math.max(...to.map((value) => depth.get(value) ?? 0)) };
};

const residualAt = (flow: Flow, node: Node): Residual | null => {
  const summands = summandsOf(flow, node);
  const lines = summands.flatMap(
    (s) =>
      lineTo(
        flow,
        s,
        summands.filter((other) => other !== s),
      ) ?? [],
  );
  lines.sort((a, b) => a.layers - b.layers || a.length - b.length);
  const [line] = lines;
  if (!line) return null;
  const branches = summands.filter((summand) => summand !== line.shortcut);
  const { nodes, layers } = between(flow, line.from, branches);
  if (layers <= line.layers) return null;
  return { from: line.from, shortcut: line.shortcut, branches, sum: node.outputs[0]!, inner: nodes };
};

const layersIn = (flow: Flow, nodes: Iterable<Node>): number => [...nodes].filter((node) => flow.isLayer(node)).length;

/**
 * Where residuals hold others, the blocks are where most of the layers are: a shortcut round a whole network gives way
 * to the blocks inside of it, while a small shortcut inside a block's branch belongs to that branch.
 */
const outermost = (flow: Flow, residuals: readonly Residual[]): Residual[] => {
  const left = [...residuals].sort((a, b) => b.inner.size - a.inner.size);
  const chosen: Residual[] = [];
  while (left.length > 0) {
    const whole = left.shift()!;
    const inside = left.filter(({ sum }) => whole.inner.has(flow.maker(sum)!));
    for (const each of inside) left.splice(left.indexOf(each), 1);
    const parts = outermost(flow, inside);
    const covered = new Set(parts.flatMap(({ inner }) => [...inner]));
    if (2 * layersIn(flow, covered) > layersIn(flow, whole.inner)) chosen.push(...parts);
    else chosen.push(whole);
  }
  return chosen;
};

/** The residual additions of a flow, in its order, none inside another. */
export const residualsOf = (flow: Flow): Residual[] => {
  const sums = flow.nodes.filter((node) => isSum(flow, node) && !isInner(flow, node.outputs[0]!));
  const found = outermost(
    flow,
    sums.flatMap((node) => residualAt(flow, node) ?? []),
  );
  const place = new Map(flow.nodes.map((node, i) => [node.outputs[0], i]));
  return found.sort((a, b) => place.get(a.sum)! - place.get(b.sum)!);
};
