/** A compiled graph: lowered, encoded, loaded into onnxruntime. */
import { availableParallelism } from 'node:os';
import { TopiaryError } from '@topiary/errors';
import { lowerStep, placesOf } from '@topiary/lowering';
import { encode, encodeRepeated, type Graph, type Repetition } from '@topiary/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { blockSize } from './block.js';
import { type Chosen, chooseProvider, type ProviderChoice, QUIET } from './provider.js';
import { type Feeds, fromOrt, toOrt } from './tensors.js';

export interface CompileOptions {
  readonly provider?: ProviderChoice;
  /** Threads inside an operator (default: as many as the process may use). */
  readonly threads?: number;
  /**
   * How far onnxruntime rewrites the graph: `all` pays off where the weights are constants (inference),
   * `basic` is as fast where they are inputs (training) and opens twice as fast.
   */
  readonly level?: 'disabled' | 'basic' | 'extended' | 'all';
  /**
   * `blocked`: convolutions in the CPU's own layout, where it has one and the graph profits. The default, but for level
   * `all`, where onnxruntime does the same to constant weights.
   */
  readonly variant?: 'plain' | 'blocked';
  /** Standard operators only, as other providers need them (default: on the CPU also onnxruntime's own). */
  readonly standardOnly?: boolean;
  /**
   * Leaves no memory to onnxruntime between runs (no arena). The peak of a step is no lower for it (ResNet-20: 495 MB
   * beside 411), and steps take some 5 % longer: for many sessions side by side.
   */
  readonly lowMemory?: boolean;
  /** Writes a profile of every node into a file that begins so. */
  readonly profile?: string;
}

export interface Session extends Chosen {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly threads: number;
  /** Channels per block of the blocked lowering; 0 where it was not used. */
  readonly block: number;
  /** Of the carried inputs, those whose elements lie in a filter's blocks, as their outputs do. */
  readonly stored: ReadonlySet<string>;
  /** Outputs named in `into` are written there, and handed back as they are; the others are new. */
  run(feeds: Feeds, into?: Feeds): Promise<Feeds>;
  /** Of pairs of an input and an output of one shape, those that may share memory: all of a run's reads come first. */
  inPlace<P extends { readonly input: string; readonly output: string }>(pairs: readonly P[]): readonly P[];
  /** Milliseconds that onnxruntime has computed so far; what passes besides is the host's. */
  busyMs(): number;
  /** Closes the profile, if one was asked for. */
  endProfiling(): void;
  release(): Promise<void>;
}

const refused = (graph: Graph, error: unknown): TopiaryError =>
  new TopiaryError(
    'TOPIARY_RUNTIME_SESSION',
    { where: `graph '${graph.name}'`, got: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );

interface Lowering {
  readonly block: number;
  readonly standardOnly: boolean;
}

/** Which lowering suits the provider, the processor and the level. */
const chooseLowering = async (options: CompileOptions, { provider }: Chosen): Promise<Lowering> => {
  const standardOnly = options.standardOnly ?? provider !== 'cpu';
  const variant = options.variant ?? (options.level === 'all' ? 'plain' : 'blocked');
  const block = variant === 'blocked' && provider === 'cpu' && !standardOnly ? await blockSize() : 0;
  return { block, standardOnly };
};

interface Opened {
  readonly options: CompileOptions;
  readonly chosen: Chosen;
  readonly threads: number;
  readonly repetition: Repetition | null;
}

const open = async (lowered: Graph, { options, chosen, threads, repetition }: Opened) => {
  // A plan of all allocations, made in the first run, takes 40 % more memory for a training step and saves no time.
  const memory = {
    enableMemPattern: options.level === 'all',
    ...(options.lowMemory ? { enableCpuMemArena: false } : {}),
  };
  const profile = options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {};
  try {
    return await InferenceSession.create(repetition ? encodeRepeated(lowered, repetition) : encode(lowered), {
      executionProviders: chosen.provider === 'cpu' ? ['cpu'] : [chosen.provider, 'cpu'],
      intraOpNumThreads: threads,
      executionMode: 'sequential',
      graphOptimizationLevel: options.level ?? 'basic',
      logSeverityLevel: QUIET,
      ...memory,
      ...profile,
    });
  } catch (error) {
    throw refused(lowered, error);
  }
};

/** A graph that runs again and again on what it gave. */
export interface Steps {
  readonly carried: Repetition['carried'];
  /** With it a run takes several slices of some inputs, and the graph runs once for each. */
  readonly repetition: Repetition | null;
}

/** Lowers a graph and loads it. The provider that it runs on, and why, stands in the session. */
export const compile = async (
  graph: Graph,
  options: CompileOptions = {},
  { carried, repetition }: Steps = { carried: [], repetition: null },
): Promise<Session> => {
  const chosen = await chooseProvider(options.provider ?? 'auto');
  const threads = options.threads ?? availableParallelism();
  const lowering = await chooseLowering(options, chosen);
  const { graph: lowered, stored } = lowerStep(graph, carried, lowering);
  const session = await open(lowered, { options, chosen, threads, repetition });
  let busy = 0;
  return {
    ...chosen,
    threads,
    block: lowering.block,
    stored,
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds, into = {}) => {
      const given = Object.fromEntries(session.inputNames.map((name) => [name, toOrt(fed(graph, feeds, name))]));
      const began = performance.now();
      try {
        const results = await session.run(given, placesFor(session.outputNames, into));
        busy += performance.now() - began;
        return Object.fromEntries(
          Object.entries(results).map(([name, value]) => [name, into[name] ?? fromOrt(value, name)]),
        );
      } catch (error) {
        throw refused(graph, error);
      }
    },
    inPlace: (pairs) => {
      if (chosen.provider !== 'cpu') return [];
      const places = placesOf(lowered);
      return pairs.filter(({ input, output }) => places.mayOverwrite(input, output));
    },
    busyMs: () => busy,
    endProfiling: () => session.endProfiling(),
    release: () => session.release(),
  };
};

/** null: onnxruntime makes the tensor. */
const placesFor = (names: readonly string[], into: Feeds) =>
  Object.fromEntries(names.map((name) => [name, into[name] ? toOrt(into[name]) : null]));

/** So many names are read in an error; a training step has hundreds. */
const MOST_NAMES = 8;

const namesOf = (feeds: Feeds): string => {
  const names = Object.keys(feeds);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return names.length === 0 ? 'nothing' : `${names.slice(0, MOST_NAMES).join(', ')}${more}`;
};

const fed = (graph: Graph, feeds: Feeds, name: string) => {
  const value = feeds[name];
  if (value) return value;
  throw new TopiaryError('TOPIARY_RUNTIME_SESSION', {
    where: `graph '${graph.name}'`,
    expected: `a value for input '${name}'`,
    got: `values for ${namesOf(feeds)}`,
  });
};
