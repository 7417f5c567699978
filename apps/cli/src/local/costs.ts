/** What each block of a network costs: parameters and multiply-accumulates of one example. */
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { type Block, blocksOf, subgraph } from '@topiary/pruning';

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
