/** Forward and backward without an update: gradients of parameters or of any value, and whatever a statistic reduces from them. */
import type { Graph } from '@topiary/onnx';
import { differentiable } from './differentiable.js';
import { drawsOn } from './draws.js';
import type { ForwardContext, StatisticGraph } from './forward-graph.js';
import { gradient } from './gradient.js';
import { ownValues } from './inner-values.js';
import type { Loss } from './losses/_loss.js';
import { isTrainable, parametersOf } from './parameters.js';

/** What a fragment sees where there is a loss. */
export interface FragmentContext extends ForwardContext {
  readonly loss: string;
  /** Gradient of a value named in `wrt`; null where the loss does not depend on it. */
  gradientOf(value: string): string | null;
}

export interface GradientGraphOptions {
  readonly loss: Loss;
  readonly batch: number;
  /** Values whose gradients are wanted: parameters or activations (default: every parameter). */
  readonly wrt?: readonly string[];
  /** `running`: BatchNormalization as in inference (default); `batch`: as in training. */
  readonly statistics?: 'batch' | 'running';
  /** Adds reduced outputs. Without it the gradients themselves are outputs. */
  readonly fragment?: (c: FragmentContext) => void;
}

export interface GradientGraph extends StatisticGraph {
  /** Output that holds the gradient of each value of `wrt`; empty where a fragment reduces them. */
  readonly gradients: ReadonlyMap<string, string>;
  readonly loss: string;
  readonly metrics: Readonly<Record<string, string>>;
}

export const gradientName = (value: string): string => `${value}:gradient`;

export const gradientGraph = (forward: Graph, options: GradientGraphOptions): GradientGraph => {
  const all = parametersOf(forward);
  const parameters = all.filter(isTrainable);
  const wrt = options.wrt ?? parameters.map(({ initializer }) => initializer.name);
  const { b, outputs } = differentiable(forward, {
    batch: options.batch,
    inputs: new Set(all.map(({ initializer }) => initializer.name)),
    statistics: options.statistics ?? 'running',
    declare: options.loss.declare,
  });
  const inputs = forward.inputs.map(({ name }) => name);
  const { loss, metrics, ...chance } = b.scoped('loss', () =>
    options.loss.build({ b, inputs, outputs, value: ownValues(forward) }),
  );
  const draws = [...(chance.draws ?? [])];
  const slopes = new Map<string, string | null>();
  gradient(b, loss, wrt).forEach((slope, i) => {
    slopes.set(wrt[i]!, slope);
  });
  const gradients = new Map<string, string>();
  if (options.fragment) {
    const { fragment } = options;
    const gradientOf = (value: string): string | null => slopes.get(value) ?? null;
    const { batch } = options;
    const context = { b, batch, parameters: all, outputs, loss, gradientOf, draw: drawsOn(b, draws) };
    b.scoped('statistic', () => fragment(context));
  } else {
    for (const [value, slope] of slopes) if (slope) gradients.set(value, b.output(slope, gradientName(value)));
  }
  const named = Object.entries(metrics).map(([name, value]) => [name, b.output(value, b.fresh(name))]);
  return {
    batch: options.batch,
    parameters: all.map(({ initializer }) => initializer.name),
    draws,
    gradients,
    loss: b.output(loss, b.fresh('loss')),
    metrics: Object.fromEntries(named),
    graph: b.build(`${forward.name}-gradient`),
  };
};
