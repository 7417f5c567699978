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

/** Something that is timed; it may tell how long its parts took. */
export interface Timeable {
  run(round: number): Promise<Readonly<Record<string, number>>>;
}

/** Medians and tails of two things that were timed in turn, with the medians of their parts, in ms. */
export interface Timed {
  readonly first: Omit<Latency, 'batch'> & { readonly laps: Readonly<Record<string, number>> };
  readonly second: Omit<Latency, 'batch'> & { readonly laps: Readonly<Record<string, number>> };
}

/** Times of one of the two, whole and by part. */
class Times {
  readonly whole: number[] = [];
  readonly #laps = new Map<string, number[]>();

  add(ms: number, laps: Readonly<Record<string, number>>): void {
    this.whole.push(ms);
    for (const [lap, time] of Object.entries(laps)) this.#laps.set(lap, [...(this.#laps.get(lap) ?? []), time]);
  }

  summary(): Timed['first'] {
    const { batch: _, ...rest } = summary(this.whole, 0);
    const laps = [...this.#laps].map(([lap, times]) => [lap, quantile(Float64Array.from(times).sort(), 0.5)]);
    return { ...rest, laps: Object.fromEntries(laps) };
  }
}

/** Times two things in turn, so that a busy host slows both alike. */
export const alternate = async (
  first: Timeable,
  second: Timeable,
  { warmupMs = 500, samples = 100, signal }: Pick<LatencyOptions, 'warmupMs' | 'samples' | 'signal'> = {},
): Promise<Timed> => {
  const [a, b] = [new Times(), new Times()];
  let round = 0;
  const both = async (keep: boolean): Promise<void> => {
    throwIfAborted(signal, 'latency');
    for (const [one, times] of [[first, a] as const, [second, b] as const]) {
      const began = performance.now();
      const laps = await one.run(round);
      if (keep) times.add(performance.now() - began, laps);
    }
    round += 1;
  };
  const began = performance.now();
  do await both(false);
  while (performance.now() - began < warmupMs);
  for (let i = 0; i < samples; i += 1) await both(true);
  return { first: a.summary(), second: b.summary() };
};

const passOf = (session: Session, feeds: Feeds): Timeable => ({
  run: async () => {
    await session.run(feeds);
    return {};
  },
});

export const latency = async (
  base: Graph,
  pruned: Graph,
  options: LatencyOptions = {},
): Promise<{ base: Latency; pruned: Latency }> => {
  const { batch = 1 } = options;
  const graphs = [base, pruned];
  const sessions = await Promise.all(graphs.map((graph) => compile(graph, { level: 'all', ...options })));
  const feeds = graphs.map((graph) => inputs(graph, batch));
  try {
    const [one, two] = sessions.map((session, i) => passOf(session, feeds[i]!));
    const { first, second } = await alternate(one!, two!, options);
    return { base: { ...first, batch }, pruned: { ...second, batch } };
  } finally {
    await Promise.all(sessions.map((session) => session.release()));
  }
};
