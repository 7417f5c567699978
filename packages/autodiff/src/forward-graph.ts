/** Forward without a loss: whatever a statistic reduces from the values of a network. */
import type { Graph, GraphBuilder } from '@topiary/onnx';
import { differentiable } from './differentiable.js';
import { type Draw, drawsOn } from './draws.js';
import { type Parameter, parametersOf } from './parameters.js';

/** What a statistic's fragment sees: it adds nodes to `b` and declares outputs reduced inside the graph. */
export interface ForwardContext {
  readonly b: GraphBuilder;
  readonly batch: number;
  readonly parameters: readonly Parameter[];
  /** The outputs of the network. */
  readonly outputs: readonly string[];
  /** Adds a float32 input whose elements the host draws anew for every batch. */
  draw(input: string, dims: readonly number[], value: Draw['value']): string;
}

/** A graph that is run over batches; its outputs add up to a statistic. */
export interface StatisticGraph {
  readonly graph: Graph;
  readonly batch: number;
  /** Initialisers of the network that are inputs here. */
  readonly parameters: readonly string[];
  /** Inputs besides those of the network, of the loss's data and of the parameters: the host draws them. */
  readonly draws: readonly Draw[];
}

export interface ForwardGraphOptions {
  readonly batch: number;
  /** Adds reduced outputs. */
  readonly fragment: (c: ForwardContext) => void;
}

export const forwardGraph = (forward: Graph, { batch, fragment }: ForwardGraphOptions): StatisticGraph => {
  const parameters = parametersOf(forward);
  const names = parameters.map(({ initializer }) => initializer.name);
  const { b, outputs } = differentiable(forward, { batch, inputs: new Set(names), statistics: 'running' });
  const draws: Draw[] = [];
  b.scoped('statistic', () => fragment({ b, batch, parameters, outputs, draw: drawsOn(b, draws) }));
  return { batch, parameters: names, draws, graph: b.build(`${forward.name}-statistic`) };
};
