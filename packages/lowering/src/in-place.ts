/** Which outputs of a graph may be written into the memory of one of its inputs. */
import type { Graph, Node } from '@topiary/onnx';
import { NCHWC } from './blocked/_nchwc.js';

/** Their outputs are their inputs' memory. */
const VIEWS = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity']);
/** Element i of the output needs element i of the inputs alone, where these are as large. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** A convolution in blocks adds its result to input 3, where that lies if the output is to lie there, too. */
const addsTo = ({ op, domain, inputs }: Node, values: ReadonlySet<string>): boolean =>
  op === 'Conv' &&
  domain === NCHWC &&
  values.has(inputs[3] ?? '') &&
  !inputs.slice(0, 3).some((one) => values.has(one));

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

  /** The value and all views of it; null where one leaves the graph. */
  const viewsOf = (value: string): ReadonlySet<string> | null => {
    const found = new Set([value]);
    for (const one of found) {
      if (outputs.has(one)) return null;
      for (const i of readers.get(one) ?? []) {
        const node = graph.nodes[i]!;
        if (VIEWS.has(node.op) && node.inputs[0] === one) found.add(node.outputs[0]!);
      }
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
      const views = viewsOf(input);
      if (maker === undefined || views === null) return false;
      const node = graph.nodes[maker]!;
      const done = ancestorsOf(node);
      const found = [...views].flatMap((view) => readers.get(view) ?? []);
      return found.every((i) => done[i] === 1 || (i === maker && (ELEMENTWISE.has(node.op) || addsTo(node, views))));
    },
  };
};
