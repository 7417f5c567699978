/**
 * A statistic: what a criterion wants to know of a network beyond its weights. It names the gradient graph whose
 * outputs hold it, reduced inside the graph (never raw activations), how batches add up, and what becomes of the
 * totals. Somebody else runs the graph.
 */
import type { GradientGraph } from '@topiary/autodiff';
import type { Graph, Tensor } from '@topiary/onnx';

/** One tensor per initialiser, in the initialiser's own layout. */
export type PerInitializer = ReadonlyMap<string, Float32Array>;

/** What was collected, by the id of the statistic. */
export type Statistics = ReadonlyMap<string, PerInitializer>;

export const NO_STATISTICS: Statistics = new Map();

/** How one batch's output enters its total. */
export type Accumulate = (total: Float64Array, value: Tensor, output: string) => void;

/** Totals over all batches, by output of the graph. */
export interface Totals {
  readonly batches: number;
  readonly totals: ReadonlyMap<string, Float64Array>;
}

export interface Statistic {
  readonly id: string;
  readonly title: string;
  readonly build: (forward: Graph, options: { readonly batch: number }) => GradientGraph;
  readonly accumulate: Accumulate;
  readonly finish: (collected: Totals, graph: GradientGraph) => PerInitializer;
}

/** Adds a batch to its total. */
export const add: Accumulate = (total, { data }) => {
  for (let i = 0; i < total.length; i += 1) total[i]! += Number(data[i]);
};
