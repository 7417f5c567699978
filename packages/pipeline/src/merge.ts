/**
 * All parts as one graph, and back: whatever cuts, counts or trains a graph then does the same to a pipeline, and what
 * several parts share stays one tensor. Parts that are kept stay as they are and are no part of it. Values and nodes are
 * named `<part>/<name>`; initialisers keep their names.
 */
import { TopiaryError } from '@topiary/errors';
import { dataOf, type Graph, type Initializer, type Node, type Value } from '@topiary/onnx';
import { changing, graphOf, type Pipeline, withGraphs } from './pipeline.js';

const prefixed = (part: string, { initializers }: Graph): ((name: string) => string) => {
  return (name) => (name === '' || initializers.has(name) ? name : `${part}/${name}`);
};

const sameElements = (a: Initializer, b: Initializer): boolean => {
  if (a.source === b.source) return true;
  if (a.type !== b.type || a.dims.length !== b.dims.length || a.dims.some((dim, i) => dim !== b.dims[i])) return false;
  const [p, q] = [dataOf(a), dataOf(b)];
  if (p === null || q === null) return JSON.stringify(a.source) === JSON.stringify(b.source);
  return p === q || p.every((value, i) => Object.is(value, q[i]));
};

/** Every stored tensor of the parts that are not kept, once. */
export const initializersOf = (pipeline: Pipeline): Map<string, Initializer> => {
  const all = new Map<string, Initializer>();
  for (const [part, { graph }] of changing(pipeline).parts) {
    for (const [name, initializer] of graph.initializers) {
      const other = all.get(name);
      if (other === undefined) all.set(name, initializer);
      else if (!sameElements(other, initializer)) {
        throw new TopiaryError('TOPIARY_PIPELINE_PART', {
          where: `initialiser '${name}' of part '${part}'`,
          expected: 'the same tensor in every part that has one of this name',
          got: 'another one',
        });
      }
    }
  }
  return all;
};

const renamed = (name: (value: string) => string) => ({
  value: (value: Value): Value => ({ ...value, name: name(value.name) }),
  node: (node: Node, part: string): Node => ({
    ...node,
    name: `${part}/${node.name}`,
    inputs: node.inputs.map(name),
    outputs: node.outputs.map(name),
  }),
});

/** Refuses an initialiser that is called as a value of another part would be. */
const assertApart = (parts: Pipeline['parts'], all: ReadonlyMap<string, Initializer>): void => {
  for (const [part, { graph }] of parts) {
    const values = [...graph.inputs.map(({ name }) => name), ...graph.nodes.flatMap(({ outputs }) => outputs)];
    const taken = values.map(prefixed(part, graph)).find((name) => all.has(name));
    if (taken === undefined) continue;
    throw new TopiaryError('TOPIARY_PIPELINE_PART', {
      where: `initialiser '${taken}'`,
      expected: `a name that no value of part '${part}' has`,
      got: `'${taken}', which is what its value is called beside other parts`,
    });
  }
};

/** A pipeline of one part beside those that are kept is its graph, as it is. */
export const merge = (pipeline: Pipeline): Graph => {
  const { parts } = changing(pipeline);
  if (parts.size < 2) return graphOf(changing(pipeline));
  const initializers = initializersOf(pipeline);
  assertApart(parts, initializers);
  const all = [...parts].map(([part, { graph }]) => ({ part, graph, as: renamed(prefixed(part, graph)) }));
  return {
    name: all.map(({ part }) => part).join('+'),
    opsets: Object.assign({}, ...all.map(({ graph }) => graph.opsets)),
    inputs: all.flatMap(({ graph, as }) => graph.inputs.map(as.value)),
    outputs: all.flatMap(({ graph, as }) => graph.outputs.map(as.value)),
    nodes: all.flatMap(({ graph, part, as }) => graph.nodes.map((node) => as.node(node, part))),
    initializers,
    metadata: {},
  };
};

const unprefixed = (part: string, { initializers }: Graph) => {
  const start = `${part}/`;
  return (name: string): string =>
    name.startsWith(start) && !initializers.has(name) ? name.slice(start.length) : name;
};

const readBy = (nodes: readonly Node[]): ReadonlySet<string> => new Set(nodes.flatMap(({ inputs }) => inputs));

/** The pipeline with what became of its merged graph: other initialisers and attributes, the same parts and ports. */
export const split = (merged: Graph, pipeline: Pipeline): Pipeline => {
  const { parts } = changing(pipeline);
  if (parts.size === 1) return withGraphs(pipeline, (graph, part) => (parts.has(part) ? merged : graph));
  return withGraphs(pipeline, (graph, part) => {
    if (!parts.has(part)) return graph;
    const name = unprefixed(part, merged);
    const nodes = merged.nodes
      .filter((node) => node.name.startsWith(`${part}/`))
      .map((node) => ({
        ...node,
        name: node.name.slice(part.length + 1),
        inputs: node.inputs.map(name),
        outputs: node.outputs.map(name),
      }));
    const read = readBy(nodes);
    const initializers = new Map([...merged.initializers].filter(([initializer]) => read.has(initializer)));
    return { ...graph, nodes, initializers };
  });
};
