/**
 * Times inference of a network beside its base model: the two alternate, so that a busy host slows both alike. The base is
 * the control: where it moves, the measurement is taken again, and what never becomes steady says so.
 */
import { elements, floats, type Graph, shapeAt } from '@topiary/onnx';
import { throwIfAborted } from './abort.js';
import { type CompileOptions, compile, type Session } from './session.js';
import { type Steadiness, steadiness } from './steadiness.js';
import type { Feeds } from './tensors.js';

export interface LatencyOptions extends CompileOptions {
  readonly batch?: number;
  /** What each network is called with in one sample, one after another (once, with something). */
  readonly calls?: { readonly base: readonly Feeds[]; readonly pruned: readonly Feeds[] };
  /** Time before the first sample counts. */
  readonly warmupMs?: number;
  /** Samples per network. */
  readonly samples?: number;
  /** What the base usually takes on this machine, in ms; null: not known. */
  readonly usualMs?: number | null;
  readonly signal?: AbortSignal;
}

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
  readonly batch: number;
}

/** How calm the machine was. */
export interface Calm extends Pick<Steadiness, 'disturbed' | 'drift' | 'isSteady'> {
  /** Measurements that were taken; the calmest of them counts. */
  readonly attempts: number;
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
  readonly calm: Calm;
}

/** One turn of one of the two. */
interface Turn {
  readonly ms: number;
  readonly laps: Readonly<Record<string, number>>;
}

/** Of the turns that count. */
const summaryOf = (turns: readonly Turn[], kept: readonly number[]): Timed['first'] => {
  const counted = kept.map((i) => turns[i]!);
  const { batch: _, ...rest } = summary(
    counted.map(({ ms }) => ms),
    0,
  );
  const names = [...new Set(counted.flatMap(({ laps }) => Object.keys(laps)))];
  const medianOf = (name: string) => {
    const times = counted.flatMap(({ laps }) => (laps[name] === undefined ? [] : [laps[name]]));
    return quantile(Float64Array.from(times).sort(), 0.5);
  };
  return { ...rest, laps: Object.fromEntries(names.map((name) => [name, medianOf(name)])) };
};

type TimingOptions = Pick<LatencyOptions, 'warmupMs' | 'samples' | 'signal' | 'usualMs'>;

/** One measurement: warm-up, then as many turns as asked for. */
const takeTurns = async (
  both: readonly [Timeable, Timeable],
  { warmupMs = 500, samples = 100, signal }: TimingOptions,
): Promise<readonly [Turn[], Turn[]]> => {
  const taken: [Turn[], Turn[]] = [[], []];
  let round = 0;
  const turn = async (keep: boolean): Promise<void> => {
    throwIfAborted(signal, 'latency');
    for (const [i, one] of both.entries()) {
      const began = performance.now();
      const laps = await one.run(round);
      if (keep) taken[i]!.push({ ms: performance.now() - began, laps });
    }
    round += 1;
  };
  const began = performance.now();
  do await turn(false);
  while (performance.now() - began < warmupMs);
  for (let i = 0; i < samples; i += 1) await turn(true);
  return taken;
};

/** A machine that is not calm is given so many chances. */
const ATTEMPTS = 3;

/** Times two things in turn, the first of which is the control; taken again while it moves. */
export const alternate = async (first: Timeable, second: Timeable, options: TimingOptions = {}): Promise<Timed> => {
  let best: Timed | null = null;
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const [control, timed] = await takeTurns([first, second], options);
    const { kept, ...found } = steadiness(
      control.map(({ ms }) => ms),
      timed.map(({ ms }) => ms),
      options.usualMs,
    );
    if (best === null || found.isSteady || found.drift < best.calm.drift) {
      best = { first: summaryOf(control, kept), second: summaryOf(timed, kept), calm: { ...found, attempts } };
    }
    best = { ...best, calm: { ...best.calm, attempts } };
    if (found.isSteady) break;
  }
  return best!;
};

const passOf = (session: Session, calls: readonly Feeds[]): Timeable => ({
  run: async () => {
    for (const feeds of calls) await session.run(feeds);
    return {};
  },
});

export const latency = async (
  base: Graph,
  pruned: Graph,
  options: LatencyOptions = {},
): Promise<{ base: Latency; pruned: Latency; calm: Calm }> => {
  const { batch = 1 } = options;
  const graphs = [base, pruned];
  const sessions = await Promise.all(graphs.map((graph) => compile(graph, { level: 'all', ...options })));
  const { base: theirs, pruned: ours } = options.calls ?? {};
  const calls = [theirs ?? [inputs(base, batch)], ours ?? [inputs(pruned, batch)]];
  try {
    const [one, two] = sessions.map((session, i) => passOf(session, calls[i]!));
    const { first, second, calm } = await alternate(one!, two!, options);
    return { base: { ...first, batch }, pruned: { ...second, batch }, calm };
  } finally {
    await Promise.all(sessions.map((session) => session.release()));
  }
};
