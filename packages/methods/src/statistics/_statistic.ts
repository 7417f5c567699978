/**
 * A statistic: what a criterion wants to know of a network beyond its weights. It names the graph whose outputs hold it,
 * reduced inside the graph (never raw activations), how batches add up, and what becomes of the totals. Somebody else
 * runs the graph, and whoever has the task hands in its loss.
 */
import type { Loss, Rng, StatisticGraph } from '@topiary/autodiff';
import type { Graph, Tensor } from '@topiary/onnx';

export type { Rng };

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

interface Common {
  readonly id: string;
  readonly title: string;
  /** The most examples that the graph takes at a time: for memory, or since they could not be told apart. */
  readonly batch: (forward: Graph) => number;
  readonly accumulate: Accumulate;
  /** How many numbers the total of an output holds. */
  readonly size: (value: Tensor) => number;
  readonly finish: (collected: Totals, graph: StatisticGraph) => PerInitializer;
}

/** Looks at what goes through a network: batches are enough. */
export interface ForwardStatistic extends Common {
  readonly needs: 'forward';
  readonly build: (forward: Graph, options: { readonly batch: number }) => StatisticGraph;
}

/** Looks at gradients: of the task's loss, of the loss of each example, or of one whose labels the network draws. */
export interface LossStatistic extends Common {
  readonly needs: 'loss' | 'loss-per-example' | 'loss-sampled';
  /** `loss` in the form that is needed: see `statisticGraph`. */
  readonly build: (forward: Graph, options: { readonly batch: number; readonly loss: Loss }) => StatisticGraph;
}

export type Statistic = ForwardStatistic | LossStatistic;

/** What a statistic needs besides a network and batches. */
export type StatisticNeed = Statistic['needs'];

/** Adds a batch to its total. */
export const add: Accumulate = (total, { data }) => {
  for (let i = 0; i < total.length; i += 1) total[i]! += Number(data[i]);
};

/** For statistics that are sums. */
export const usual: Pick<Statistic, 'accumulate' | 'size'> = {
  accumulate: add,
  size: ({ data }) => data.length,
};

const PREFIX = 'statistic:';

/** The output that holds the statistic of an initialiser. */
export const outputOf = (initializer: string): string => `${PREFIX}${initializer}`;

export const initializerOf = (output: string): string => output.slice(PREFIX.length);

/** Totals by initialiser, each number through `value`; outputs of other names (the loss) are left out. */
export const byInitializer = ({ totals }: Totals, value: (total: number) => number): Map<string, Float32Array> =>
  new Map(
    [...totals]
      .filter(([output]) => output.startsWith(PREFIX))
      .map(([output, total]) => [initializerOf(output), Float32Array.from(total, value)]),
  );
