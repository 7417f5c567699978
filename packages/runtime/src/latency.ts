/** Times inference of a network beside its base model: the two alternate, so that a busy host slows both alike. */
import { elements, floats, type Graph, shapeAt } from '@topiary/onnx';
import { throwIfAborted } from './abort.js';
import { type CompileOptions, compile, type Session } from './session.js';
import type { Feeds } from './tensors.js';

export interface LatencyOptions extends CompileOptions {
  readonly batch?: number;
  /** Time before the first sample counts. */
  readonly warmupMs?: number;
  /** Samples per network. */
  readonly samples?: number;
  readonly signal?: AbortSignal;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
  readonly batch: number;
}

/** Nearest rank. */
const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!;

const summary = (times: number[], batch: number): Latency => {
  const sorted = Float64Array.from(times).sort();
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), samples: times.length, batch };
};

/** The same numbers every time, spread over (-1, 1): what is computed must not decide how long it takes. */
const inputs = (graph: Graph, batch: number): Feeds =>
  Object.fromEntries(
    graph.inputs.map(({ name, shape }) => {
      const dims = shapeAt(shape, batch);
      return [
        name,
        floats(
          Float32Array.from({ length: elements(dims) }, (_, i) => Math.sin(i * 1.7)),
          dims,
        ),
      ];
    }),
  );

const timed = async (session: Session, feeds: Feeds): Promise<number> => {
  const began = performance.now();
  await session.run(feeds);
  return performance.now() - began;
};

export const latency = async (
  base: Graph,
  pruned: Graph,
  options: LatencyOptions = {},
): Promise<{ base: Latency; pruned: Latency }> => {
  const { batch = 1, warmupMs = 500, samples = 100, signal } = options;
  const graphs = [base, pruned];
  const sessions = await Promise.all(graphs.map((graph) => compile(graph, { level: 'all', ...options })));
  const feeds = graphs.map((graph) => inputs(graph, batch));
  const times: [number[], number[]] = [[], []];
  const both = async (keep: boolean): Promise<void> => {
    throwIfAborted(signal, 'latency');
    for (const [i, session] of sessions.entries()) {
      const time = await timed(session, feeds[i]!);
      if (keep) times[i]!.push(time);
    }
  };
  try {
    const began = performance.now();
    do await both(false);
    while (performance.now() - began < warmupMs);
    for (let i = 0; i < samples; i += 1) await both(true);
  } finally {
    await Promise.all(sessions.map((session) => session.release()));
  }
  return { base: summary(times[0], batch), pruned: summary(times[1], batch) };
};
