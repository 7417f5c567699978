/**
 * Writes a graph that runs several times in one call: ONNX's Scan around it (onnx.ai/onnx/operators/onnx__Scan.html). What
 * one time hands to the next stays inside the call.
 */
import { fileOf, graphMessage } from './encode.js';
import type { Graph, Value } from './graph.js';
import { ATTRIBUTE_TYPES, GRAPH_TYPE, graphType } from './schema.js';
import { fromNumber } from './tensor-bytes.js';
import { validate } from './validate.js';

export interface Repetition {
  /** An output, and the input of the same shape that it is the next time. */
  readonly carried: readonly { readonly input: string; readonly output: string }[];
  /** Inputs that are new each time; all others are the same every time. */
  readonly each: readonly string[];
}

/** One value for each time, along a new first axis. */
const stacked = (value: Value): Value => ({ ...value, shape: ['times', ...value.shape] });

const only = (values: readonly Value[], names: readonly string[]): Value[] =>
  names.map((name) => values.find((value) => value.name === name)!);

/** The graph once, between the values that Scan hands over: their names outside are the original ones. */
const bodyOf = (graph: Graph, taken: readonly string[], given: readonly string[]): Graph => {
  const moved = new Set([...taken, ...given]);
  const inside = (name: string): string => (moved.has(name) ? `once:${name}` : name);
  const named = (value: Value): Value => ({ ...value, name: inside(value.name) });
  return {
    ...graph,
    name: 'once',
    inputs: only(graph.inputs, taken).map(named),
    outputs: only(graph.outputs, given).map(named),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(inside),
      outputs: node.outputs.map(inside),
    })),
  };
};

/**
 * The bytes of an ONNX file that runs `graph` once for every slice of the inputs `each`. Those, and the outputs that are
 * not carried, have a new first axis; the carried outputs are the last time's.
 */
export const encodeRepeated = (graph: Graph, { carried, each }: Repetition): Uint8Array => {
  validate(graph);
  const carriedOutputs = new Set(carried.map(({ output }) => output));
  const taken = [...carried.map(({ input }) => input), ...each];
  const others = graph.outputs.map(({ name }) => name).filter((name) => !carriedOutputs.has(name));
  const given = [...carriedOutputs, ...others];
  const outside: Graph = {
    ...graph,
    inputs: graph.inputs.map((value) => (each.includes(value.name) ? stacked(value) : value)),
    outputs: graph.outputs.map((value) => (carriedOutputs.has(value.name) ? value : stacked(value))),
    nodes: [],
    initializers: new Map(),
  };
  const body = graphType.encode(graphMessage(bodyOf(graph, taken, given)) as object).finish();
  const scan = {
    opType: 'Scan',
    name: 'scan',
    input: taken,
    output: given,
    attribute: [
      { name: 'body', type: GRAPH_TYPE, g: body },
      { name: 'num_scan_inputs', type: ATTRIBUTE_TYPES.int, i: fromNumber(each.length) },
    ],
  };
  return fileOf(graph, { ...graphMessage(outside), node: [scan] });
};
