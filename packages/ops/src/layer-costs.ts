/** What each layer of a network costs: parameters and multiply-accumulates of one example. */
import { elements, type Graph, type Node, type Shape } from '@topiary/onnx';
import type { Macs } from './_op.js';
import { trainableNames } from './_trainable.js';
import { count } from './count.js';
import { inferTypes } from './infer-types.js';

export interface LayerCost {
  /** Its parameters' common name, or the node's where it has none. */
  readonly layer: string;
  /** In the order in which they run, each with what it multiplies. */
  readonly nodes: readonly (Macs & { readonly node: Node })[];
  /** Of its first node. */
  readonly output: Shape;
  readonly params: number;
  readonly macs: Macs;
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
      nodes: [...(before?.nodes ?? []), { node, pure, published }],
      output: before?.output ?? types.get(node.outputs[0]!)?.shape ?? [],
      params: (before?.params ?? 0) + params,
      macs: { pure: (before?.macs.pure ?? 0) + pure, published: (before?.macs.published ?? 0) + published },
    });
  }
  return [...layers.values()];
};
