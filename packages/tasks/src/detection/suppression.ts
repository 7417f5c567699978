/**
 * Files that suppress boxes themselves. Suppression is left out, and what they decode before it is judged as that of any
 * other network: thresholds inside (.25 is usual) cut the curve that mAP is made of. Nothing is known by name.
 */
import { TopiaryError } from '@topiary/errors';
import type { Graph, Node } from '@topiary/onnx';

/** Marks what was read from such a file; never written by an exporter. */
const MARK = 'topiary.suppression';

const byOutput = ({ nodes }: Graph): ReadonlyMap<string, Node> =>
  new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));

/** Nodes above a value, the nearest first. */
const above = (makers: ReadonlyMap<string, Node>, value: string): ReadonlySet<Node> => {
  const found = new Set<Node>();
  const waiting = [value];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const node = makers.get(next);
    if (!node || found.has(node)) continue;
    found.add(node);
    waiting.push(...node.inputs);
  }
  return found;
};

/** The boxes and probabilities that are decoded: the nearest Concat one of whose parts a sigmoid makes. */
const decodedIn = (makers: ReadonlyMap<string, Node>, { inputs }: Node): string | null => {
  for (const input of inputs) {
    for (const node of above(makers, input)) {
      const isDecoded = node.op === 'Concat' && node.inputs.some((part) => makers.get(part)?.op === 'Sigmoid');
      if (isDecoded) return node.outputs[0]!;
    }
  }
  return null;
};

/** The file up to its decoded boxes; itself where it suppresses nothing. Throws where they are not to be found. */
export const withoutSuppression = (file: Graph): Graph => {
  const suppression = file.nodes.find(({ op }) => op === 'NonMaxSuppression');
  if (!suppression) return file;
  const makers = byOutput(file);
  const output = decodedIn(makers, suppression);
  if (output === null) {
    throw new TopiaryError('TOPIARY_ONNX_UNSUPPORTED', {
      where: `node '${suppression.name}'`,
      expected: 'decoded boxes and probabilities before suppression',
      got: 'NonMaxSuppression of something else',
      cure: 'Export the network with nms=False',
    });
  }
  const needed = above(makers, output);
  const nodes = file.nodes.filter((node) => needed.has(node));
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    ...file,
    nodes,
    initializers: new Map([...file.initializers].filter(([name]) => read.has(name))),
    // its shape follows from the nodes
    outputs: [{ name: output, type: 'float32', shape: [] }],
    metadata: { ...file.metadata, [MARK]: 'left out' },
  };
};

/** Whether the file that a graph was read from suppresses boxes itself. */
export const suppressed = ({ metadata }: Pick<Graph, 'metadata'>): boolean => metadata[MARK] !== undefined;
