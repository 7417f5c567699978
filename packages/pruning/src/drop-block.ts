/** Takes residual blocks out of a network: what is left is the network with those branches zeroed, without computing them. */
import { edgesOf, type Graph, type Initializer, type Node } from '@topiary/onnx';
import type { Block, SubLayer } from './blocks.js';

/** Nodes that outputs need, and the initialisers that those read. */
const alive = (graph: Graph): Graph => {
  const { producer } = edgesOf(graph);
  const seen = new Set<string>();
  const pending = graph.outputs.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    pending.push(...(producer.get(name)?.inputs ?? []));
  }
  const initializers = new Map<string, Initializer>();
  for (const [name, initializer] of graph.initializers) if (seen.has(name)) initializers.set(name, initializer);
  return { ...graph, nodes: graph.nodes.filter(({ outputs }) => outputs.some((y) => seen.has(y))), initializers };
};

/** Only the shortcuts of these sub-layers stay; activations and norms behind the additions do, too. */
export const dropSubLayers = (graph: Graph, subLayers: readonly Pick<SubLayer, 'shortcut' | 'sum'>[]): Graph => {
  const instead = new Map(subLayers.map(({ sum, shortcut }) => [sum, shortcut]));
  const resolve = (value: string): string => {
    const shortcut = instead.get(value);
    return shortcut === undefined ? value : resolve(shortcut);
  };
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const rewire = (node: Node): Node[] => {
    const [sum] = node.outputs;
    const inputs = node.inputs.map(resolve);
    if (sum === undefined || !instead.has(sum)) return [{ ...node, inputs }];
    // an output of the network keeps its name
    return outputs.has(sum) ? [{ ...node, op: 'Identity', inputs: [resolve(sum)], attributes: {} }] : [];
  };
  return alive({ ...graph, nodes: graph.nodes.flatMap(rewire) });
};

/** Drops whole blocks; all at once, since each may begin where another one ends. */
export const dropBlocks = (graph: Graph, blocks: readonly Pick<Block, 'subLayers'>[]): Graph =>
  dropSubLayers(
    graph,
    blocks.flatMap(({ subLayers }) => subLayers),
  );

export const dropBlock = (graph: Graph, block: Pick<Block, 'subLayers'>): Graph => dropBlocks(graph, [block]);
