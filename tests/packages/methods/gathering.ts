/** Collects a statistic over given batches, and compares arrays of 32-bit numbers. */
import { crossEntropy, drawn, type Loss } from '@topiary/autodiff';
import { type PerInitializer, type Statistic, statisticGraph } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { collect, type Feeds } from '@topiary/runtime';
import { expect } from 'vitest';

/** Pictures in each batch. */
export const BATCH = 4;

export interface Gathering {
  readonly rng?: () => number;
  readonly loss?: Loss | null;
  readonly batch?: number;
}

export const gather = async (
  statistic: Statistic,
  forward: Graph,
  batches: readonly Feeds[],
  { rng = () => 0.5, loss = crossEntropy(), batch: size = BATCH }: Gathering = {},
): Promise<PerInitializer> => {
  const graph = statisticGraph(statistic, forward, { batch: size, loss });
  const feeds = batches.map((batch) => ({ ...batch, ...drawn(graph.draws, rng) }));
  return statistic.finish(await collect(forward, graph, feeds, statistic), graph);
};

/** Apart by less than rounding, on the scale of the largest. */
export const expectSame = (got: Float32Array, wanted: ArrayLike<number>, name: string): void => {
  const largest = Math.max(...Array.from(wanted, Math.abs));
  expect(got, name).toHaveLength(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `${name}[${i}]`).toBeLessThan(2e-4 * largest + 1e-12);
  });
};
