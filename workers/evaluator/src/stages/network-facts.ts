/** What pages show of a network beside its numbers: each layer's cost before and after, and the graph itself. */
import type { GraphFact, LayerCostFact, LayersFact } from '@topiary/contracts';
import { type KernelWidths, kernelWidths, standard } from '@topiary/lowering';
import { type Graph, printAttributes, printShape, type Shape } from '@topiary/onnx';
import { count, inferTypes, type LayerCost, layerCosts } from '@topiary/ops';
import type { Pipeline } from '@topiary/pipeline';
import type { Fact } from '@topiary/tasks';

const plainShape = (shape: Shape): (number | string)[] =>
  shape.map((dim) => (typeof dim === 'string' ? dim : Number(dim)));

const widthsIn = (graph: Graph, block: number, { nodes }: LayerCost): (KernelWidths | null)[] =>
  nodes.map(({ node }) => kernelWidths(node, graph.initializers.get(node.inputs[1] ?? '')?.dims ?? null, block));

const costOf = (graph: Graph, block: number, layer: LayerCost): LayerCostFact => {
  const widths = widthsIn(graph, block, layer);
  const kernel = widths.find((one) => one !== null) ?? null;
  return {
    output: plainShape(layer.output),
    params: layer.params,
    macs: layer.macs.pure,
    computed: layer.nodes.reduce((sum, { pure }, i) => sum + pure * (widths[i]?.factor ?? 1), 0),
    kernel: kernel && {
      inputs: [...kernel.inputs],
      outputs: [...kernel.outputs],
      plain: kernel.plain,
    },
  };
};

/** Layers are the same where their parameters have the same name. */
export const layersFact = (base: Graph, network: Graph, block: number): LayersFact => {
  const [before, after] = [layerCosts(base), layerCosts(network)];
  const left = new Map(after.map((layer) => [layer.layer, layer]));
  const known = new Set(before.map(({ layer }) => layer));
  const opsOf = ({ nodes }: LayerCost) => [...new Set(nodes.map(({ node }) => node.op))];
  return {
    block,
    layers: [
      ...before.map((layer) => {
        const now = left.get(layer.layer);
        return {
          layer: layer.layer,
          ops: opsOf(layer),
          base: costOf(base, block, layer),
          left: now ? costOf(network, block, now) : null,
        };
      }),
      ...after
        .filter(({ layer }) => !known.has(layer))
        .map((layer) => ({
          layer: layer.layer,
          ops: opsOf(layer),
          base: null,
          left: costOf(network, block, layer),
        })),
    ],
  };
};

export const graphFact = (graph: Graph): GraphFact => {
  const types = inferTypes(graph);
  const { byNode } = count(graph);
  const shapeOf = (value: string): string => printShape(types.get(value)?.shape ?? []);
  return {
    inputs: graph.inputs.map(({ name }) => ({ name, shape: shapeOf(name) })),
    outputs: graph.outputs.map(({ name }) => name),
    nodes: byNode.map(({ node, pure }) => ({
      name: node.name,
      op: node.op,
      inputs: node.inputs.filter((value) => value !== '' && !graph.initializers.has(value)),
      weights: node.inputs.flatMap((value) => {
        const found = graph.initializers.get(value);
        return found ? [{ name: value, dims: [...found.dims] }] : [];
      }),
      outputs: node.outputs.filter((value) => value !== ''),
      shape: shapeOf(node.outputs[0]!),
      macs: pure,
      attributes: printAttributes(node),
    })),
  };
};

const json = (view: string, title: string, value: unknown): Fact => ({
  view,
  title,
  mediaType: 'application/json',
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});

/** Of each part; one that the base has not has no layers to compare. `block`: channels per block of this machine's kernels. */
export const networkFacts = (base: Pipeline, made: Pipeline, block: number): Fact[] =>
  [...made.parts].flatMap(([part, { graph }]) => {
    const title = (what: string) => (made.parts.size > 1 ? `${what}: ${part}` : what);
    const from = base.parts.get(part)?.graph;
    return [
      ...(from ? [json('layers', title('What each layer costs'), layersFact(from, graph, block))] : []),
      // as its file has it
      json('graph', title('The network'), graphFact(standard(graph))),
    ];
  });
