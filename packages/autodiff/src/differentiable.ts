/**
 * Prepares a network for gradients: parameters become inputs, BatchNormalization takes its batch's own statistics,
 * LayerNormalization gives its statistics away, so that its gradient need not compute them again.
 */
import { type Graph, GraphBuilder } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import type { Renewed } from './embed.js';
import { fixBatch } from './fix-batch.js';
import type { Loss } from './losses/_loss.js';
import { isLayerNorm, isNorm, trainNorm, withStatistics } from './train-norms.js';

/** A tensor that a training graph takes in and gives back. */
export interface Carried {
  /** Name of the input. */
  readonly input: string;
  /** Name of the output that replaces it. */
  readonly output: string;
  readonly dims: readonly number[];
  /** An `average` follows a parameter or statistic and is exported in its place. */
  readonly kind: 'parameter' | 'state' | 'statistic' | 'average';
  /** The initialiser of the network that it begins as; null: zeros. */
  readonly initializer: string | null;
}

export interface Differentiable {
  readonly b: GraphBuilder;
  /** The outputs of the network. */
  readonly outputs: readonly string[];
  readonly statistics: readonly Renewed[];
}

export interface DifferentiableOptions {
  readonly batch: number;
  /** Initialisers that become inputs. */
  readonly inputs: ReadonlySet<string>;
  /** `batch`: normalise by the batch and update the running statistics; `running`: as in inference. */
  readonly statistics: 'batch' | 'running';
  /** Of the loss: how the network's inputs come about (they are fed as they are). */
  readonly declare?: Loss['declare'];
}

export const newName = (name: string): string => `${name}:new`;

export const differentiable = (forward: Graph, options: DifferentiableOptions): Differentiable => {
  const graph = fixBatch(forward, options.batch);
  const train = options.statistics === 'batch';
  const running = new Set(train ? graph.nodes.filter(isNorm).flatMap((node) => node.inputs.slice(3, 5)) : []);
  const b = new GraphBuilder(infer);
  const { declare } = options;
  if (declare) b.scoped('inputs', () => declare(b, graph.inputs));
  else for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) {
    const { name, type, dims } = initializer;
    if (options.inputs.has(name) || running.has(name)) b.input(name, type, dims);
    else b.initializer(initializer);
  }
  const statistics = new Map<string, string>();
  for (const node of graph.nodes) {
    if (train && isNorm(node)) trainNorm(b, node, statistics);
    else b.append(isLayerNorm(node) ? withStatistics(b, node) : node);
  }
  return {
    b,
    outputs: graph.outputs.map(({ name }) => name),
    statistics: [...statistics].map(([initializer, value]) => ({ initializer, value })),
  };
};
