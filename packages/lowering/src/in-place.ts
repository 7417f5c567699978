/** Which outputs of a graph may be written into the memory of one of its inputs. */
import type { Graph, Node } from '@topiary/onnx';

/** Their outputs are their inputs' memory. */
const VIEWS = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity']);
/** Element i of the output needs element i of the inputs alone, where these are as large. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div']);

export interface Places {
  /**
   * Whether `output` may overwrite `input`, of the same shape: all that reads the input, or a view of it, must have run
   * before the node that makes the output, whatever order onnxruntime chooses, so that node must wait for it. It may
   * read the input itself, element by element.
   */
  mayOverwrite(input: string, output: string): boolean;
}

export const placesOf = (graph: Graph): Places => {
  const makers = new Map<string, number>();
  const readers = new Map<string, number[]>();
  graph.nodes.forEach(({ inputs, outputs }, i) => {
    for (const output of outputs) makers.set(output, i);
    for (const input of new Set(inputs)) {
      const list = readers.get(input);
      if (list) list.push(i);
      else readers.set(input, [i]);
    }
  });
  const outputs = new Set(graph.outputs.map(({ name }) => name));

  /** Nodes that read the memory of a value; null where a view of it leaves the graph. */
  const readersOf = (value: string): number[] | null => {
    if (outputs.has(value)) return null;
    const found: number[] = [];
    for (const i of readers.get(value) ?? []) {
      const node = graph.nodes[i]!;
      found.push(i);
      if (!VIEWS.has(node.op) || node.inputs[0] !== value) continue;
      const further = readersOf(node.outputs[0]!);
      if (further === null) return null;
      found.push(...further);
    }
    return found;
  };

  const ancestorsOf = (node: Node): Uint8Array => {
    const seen = new Uint8Array(graph.nodes.length);
    const open = [...node.inputs];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const i = makers.get(value);
      if (i === undefined || seen[i] === 1) continue;
      seen[i] = 1;
      open.push(...graph.nodes[i]!.inputs);
    }
    return seen;
  };

  return {
    mayOverwrite(input, output) {
      const maker = makers.get(output);
      const found = readersOf(input);
      if (maker === undefined || found === null) return false;
      const node = graph.nodes[maker]!;
      const done = ancestorsOf(node);
      return found.every((i) => done[i] === 1 || (i === maker && ELEMENTWISE.has(node.op)));
    },
  };
};
