/**
 * A graph that ends in a scalar loss, put together from as many networks as it needs: what a training of anything but one
 * network and its labels is made from. It runs as it is, too.
 */
import { type Graph, GraphBuilder } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import type { Draw } from './draws.js';
import { type Embedded, type EmbedOptions, embed, type Renewed } from './embed.js';
import type { LossValues } from './losses/_loss.js';

export interface LossGraph {
  /** Its outputs are the loss and the metrics. */
  readonly graph: Graph;
  readonly loss: string;
  readonly metrics: Readonly<Record<string, string>>;
  /** Running statistics that a training step renews. */
  readonly renewed: readonly Renewed[];
  /** Inputs that hold chance. */
  readonly draws: readonly Draw[];
}

export interface Composition {
  /** Inputs, initialisers (gates, logits, mixing coefficients) and nodes are added here. */
  readonly b: GraphBuilder;
  /** Adds a network; what it returns names all of its values. */
  network(network: Graph, options: EmbedOptions): Embedded;
}

export const lossGraph = (name: string, body: (c: Composition) => LossValues): LossGraph => {
  const b = new GraphBuilder(infer);
  const renewed = new Map<string, string>();
  const network: Composition['network'] = (graph, options) => {
    const embedded = b.scoped(options.as || graph.name, () => embed(b, graph, options));
    for (const { initializer, value } of embedded.renewed) renewed.set(initializer, value);
    return embedded;
  };
  const { loss, metrics, draws = [] } = body({ b, network });
  const named = Object.entries(metrics).map(([metric, value]) => [metric, b.output(value, b.fresh(metric))]);
  return {
    loss: b.output(loss, b.fresh('loss')),
    metrics: Object.fromEntries(named),
    renewed: [...renewed].map(([initializer, value]) => ({ initializer, value })),
    draws,
    graph: b.build(name),
  };
};

/** Any graph whose first output is a scalar loss; further outputs are metrics. Norms stay as in inference. */
export const asLossGraph = (graph: Graph): LossGraph => {
  const [loss, ...metrics] = graph.outputs.map(({ name }) => name);
  return {
    graph,
    loss: loss ?? '',
    metrics: Object.fromEntries(metrics.map((name) => [name, name])),
    renewed: [],
    draws: [],
  };
};
