/**
 * A statistic: what a criterion wants to know of a network beyond its weights. It names the gradient graph whose
 * outputs hold it, reduced inside the graph (never raw activations), how batches add up, and what becomes of the
 * totals. Somebody else runs the graph.
 */
import type { GradientGraph } from '@topiary/autodiff';
import type { Graph, Tensor } from '@topiary/onnx';

/** A random number in [0, 1). */
export type Rng = () => number;

/** One array per initialiser; what it holds is the statistic's own (most: the initialiser's layout). */
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
  /** The most examples that the graph takes at a time, for the sake of memory. */
  readonly batch: (forward: Graph) => number;
  readonly build: (forward: Graph, options: { readonly batch: number }) => GradientGraph;
  /** Values of inputs beyond pictures and labels, drawn for each batch. */
  readonly draw: (graph: GradientGraph, rng: Rng) => Readonly<Record<string, Tensor>>;
  readonly accumulate: Accumulate;
  /** How many numbers the total of an output holds. */
  readonly size: (value: Tensor) => number;
  readonly finish: (collected: Totals, graph: GradientGraph) => PerInitializer;
}

/** Adds a batch to its total. */
export const add: Accumulate = (total, { data }) => {
  for (let i = 0; i < total.length; i += 1) total[i]! += Number(data[i]);
};

/** For statistics that need no chance and are sums. */
export const usual: Pick<Statistic, 'draw' | 'accumulate' | 'size'> = {
  draw: () => ({}),
  accumulate: add,
  size: ({ data }) => data.length,
};

const PREFIX = 'statistic:';

/** The output that holds the statistic of an initialiser. */
export const outputOf = (initializer: string): string => `${PREFIX}${initializer}`;

/** Totals by initialiser, each number through `value`; outputs of other names (the loss) are left out. */
export const byInitializer = ({ totals }: Totals, value: (total: number) => number): Map<string, Float32Array> =>
  new Map(
    [...totals]
      .filter(([output]) => output.startsWith(PREFIX))
      .map(([output, total]) => [output.slice(PREFIX.length), Float32Array.from(total, value)]),
  );
