/** Runs the graph of a statistic over batches and adds its outputs up in double precision: the statistics of criteria. */
import type { StatisticGraph } from '@topiary/autodiff';
import type { Graph, Tensor } from '@topiary/onnx';
import { throwIfAborted } from './abort.js';
import { initialValues } from './initial-values.js';
import { type CompileOptions, compile } from './session.js';
import type { Feeds } from './tensors.js';

export interface CollectOptions extends CompileOptions {
  readonly signal?: AbortSignal;
  /** How a batch's output enters the total (default: it is added). */
  readonly accumulate?: (total: Float64Array, value: Tensor, output: string) => void;
  /** How many numbers the total of an output holds (default: as many as the output). */
  readonly size?: (value: Tensor) => number;
}

const add = (total: Float64Array, { data }: Tensor): void => {
  for (let i = 0; i < total.length; i += 1) total[i] = total[i]! + Number(data[i]);
};

export interface Collected {
  readonly batches: number;
  /** Totals over all batches, by output of the graph. */
  readonly totals: ReadonlyMap<string, Float64Array>;
}

/** `forward` gives the values of the parameters. */
export const collect = async (
  forward: Graph,
  statistic: Pick<StatisticGraph, 'graph' | 'parameters'>,
  batches: Iterable<Feeds> | AsyncIterable<Feeds>,
  options: CollectOptions = {},
): Promise<Collected> => {
  const session = await compile(statistic.graph, options);
  const parameters = initialValues(forward, statistic.parameters);
  const { accumulate = add, size = ({ data }: Tensor) => data.length } = options;
  const totals = new Map<string, Float64Array>();
  let count = 0;
  try {
    for await (const feeds of batches) {
      throwIfAborted(options.signal, `statistics of '${forward.name}'`);
      for (const [output, value] of Object.entries(await session.run({ ...parameters, ...feeds }))) {
        const total = totals.get(output) ?? new Float64Array(size(value));
        totals.set(output, total);
        accumulate(total, value, output);
      }
      count += 1;
    }
  } finally {
    await session.release();
  }
  return { batches: count, totals };
};
