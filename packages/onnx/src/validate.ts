/** Is a graph well-formed? One definition per value, each before its uses, outputs that exist, sizes that fit. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, type Node, placeOf } from './graph.js';
import { elements } from './tensor.js';

const invalid = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_ONNX_INVALID_GRAPH', { where, expected, got });

const definitionsOf = (graph: Graph): Set<string> => {
  const defined = new Set<string>();
  for (const { name } of [...graph.inputs, ...graph.initializers.values()]) {
    if (name === '') throw invalid('the graph', 'inputs and initialisers with names', "''");
    if (defined.has(name)) throw invalid(`value '${name}'`, 'one definition', 'two');
    defined.add(name);
  }
  return defined;
};

const checkInitializers = (graph: Graph): void => {
  for (const [key, { name, type, dims, source }] of graph.initializers) {
    const where = `initialiser '${name}', ${type} [${dims}]`;
    if (key !== name) throw invalid(where, 'its own name as key', `'${key}'`);
    if (source.kind === 'data' && source.data.length !== elements(dims)) {
      throw invalid(where, `${elements(dims)} elements`, `${source.data.length}`);
    }
  }
};

/** Throws where the graph is not valid. */
export const validate = (graph: Graph): void => {
  checkInitializers(graph);
  const defined = definitionsOf(graph);
  const later = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const node of graph.nodes) {
    if (!Object.hasOwn(graph.opsets, node.domain))
      throw invalid(placeOf(node), `an opset for domain '${node.domain}'`, 'none');
    for (const input of node.inputs) {
      if (input === '' || defined.has(input)) continue;
      const got = later.has(input) ? 'one that is made later' : 'no such value';
      throw invalid(placeOf(node), `input '${input}' to be defined before`, got);
    }
    for (const output of node.outputs) {
      if (output === '') continue;
      if (defined.has(output)) throw invalid(placeOf(node), `one definition of '${output}'`, 'a second one');
      defined.add(output);
    }
  }
  const outputs = new Set<string>();
  for (const { name } of graph.outputs) {
    if (!defined.has(name)) throw invalid(`output '${name}'`, 'a value of the graph', 'no such value');
    if (outputs.has(name)) throw invalid(`output '${name}'`, 'to be listed once', 'twice');
    outputs.add(name);
  }
};

/** The same graph with its nodes in topological order; nodes that are in order already stay so. */
export const sortNodes = (graph: Graph): Graph => {
  const producer = new Map<string, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output !== '') producer.set(output, node);
  const nodes: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  for (const root of graph.nodes) {
    const stack: Node[] = [root];
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const before = state.get(node);
      if (before === undefined) {
        state.set(node, 'open');
        for (const input of [...node.inputs].reverse()) {
          const dependency = producer.get(input);
          if (!dependency) continue;
          if (state.get(dependency) === 'open') throw invalid(placeOf(node), 'a graph without cycles', 'a cycle');
          if (!state.has(dependency)) stack.push(dependency);
        }
        continue;
      }
      stack.pop();
      if (before === 'done') continue;
      state.set(node, 'done');
      nodes.push(node);
    }
  }
  return { ...graph, nodes };
};
