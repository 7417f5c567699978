/** What each layer and each block of a network costs: parameters and multiply-accumulates of one example. */
import { elements, type Graph, printShape } from '@topiary/onnx';
import { count, inferTypes, trainableNames } from '@topiary/ops';
import { type Block, blocksOf, subgraph } from '@topiary/pruning';

export interface LayerCost {
  /** Its parameters' common name, or the node's where it has none. */
  readonly layer: string;
  readonly ops: readonly string[];
  readonly output: string;
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
}

const folder = (name: string): string => name.split('.').slice(0, -1).join('.') || name;

/** Nodes with parameters of one name are one layer: a matrix, and the bias that is added behind it. */
export const layerCosts = (graph: Graph): LayerCost[] => {
  const types = inferTypes(graph);
  const trainable = trainableNames(graph, types);
  const counted = new Set<string>();
  const layers = new Map<string, LayerCost>();
  for (const { node, pure, published } of count(graph).byNode) {
    const own = node.inputs.filter((input) => trainable.has(input));
    if (own.length === 0 && pure === 0) continue;
    const layer = own[0] === undefined ? node.name || node.outputs[0]! : folder(own[0]);
    const fresh = own.filter((name) => !counted.has(name));
    for (const name of fresh) counted.add(name);
    const params = fresh.reduce((sum, name) => sum + elements(graph.initializers.get(name)!.dims), 0);
    const before = layers.get(layer);
    layers.set(layer, {
      layer,
      ops: [...new Set([...(before?.ops ?? []), node.op])],
      output: printShape(types.get(node.outputs[0]!)?.shape ?? []),
      params: (before?.params ?? 0) + params,
      macs: { pure: (before?.macs.pure ?? 0) + pure, published: (before?.macs.published ?? 0) + published },
    });
  }
  return [...layers.values()];
};

export interface BlockCost {
  readonly block: string;
  readonly parts: readonly string[];
  readonly in: string;
  readonly out: string;
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
}

const partsOf = ({ subLayers, attention: ofBlock }: Block): string[] =>
  subLayers.map(({ attention, shortcut, in: from }) => {
    const rest = ofBlock === null ? 'branch' : 'MLP';
    const kind = attention === null ? rest : attention.isCross ? 'attention to a context' : 'attention';
    return shortcut === from ? kind : `${kind}, projected shortcut`;
  });

export const blockCosts = (graph: Graph): BlockCost[] =>
  blocksOf(graph).map((block) => {
    const { params, pure, published } = count(subgraph(graph, block.cut.before, [block.out]));
    return {
      block: block.name,
      parts: partsOf(block),
      in: block.in,
      out: block.out,
      params,
      macs: { pure, published },
    };
  });
