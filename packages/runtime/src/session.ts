/** A compiled graph: lowered, encoded, loaded into onnxruntime. */
import { availableParallelism } from 'node:os';
import { TopiaryError } from '@topiary/errors';
import { lowerStep, type Pair, placesOf } from '@topiary/lowering';
import { encode, encodeWithSequence, type Graph } from '@topiary/onnx';
import { InferenceSession } from 'onnxruntime-node';
import { blockSize } from './block.js';
import { type Chosen, chooseProvider, type ProviderChoice, QUIET } from './provider.js';
import { type Feeds, fromOrt, toOrt } from './tensors.js';
import { SEQUENCE, unlessHandedBack } from './unreturned.js';

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
  run(feeds: Feeds): Promise<Feeds>;
  /** Writes every output where `places` says, by its name: nothing is copied, nothing is made. For sessions of steps alone. */
  runInto(places: Feeds, feeds: Feeds): Promise<void>;
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
  readonly isStep: boolean;
}

const open = async (lowered: Graph, { options, chosen, threads, isStep }: Opened) => {
  // A plan of all allocations, made in the first run, takes 40 % more memory for a training step and saves no time.
  const memory = {
    enableMemPattern: options.level === 'all',
    ...(options.lowMemory ? { enableCpuMemArena: false } : {}),
  };
  const profile = options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {};
  try {
    return await InferenceSession.create(isStep ? encodeWithSequence(lowered, SEQUENCE) : encode(lowered), {
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

/**
 * Lowers a graph and loads it. The provider that it runs on, and why, stands in the session. `carried`: of a step that runs
 * again and again, which output is which input the next time.
 */
export const compile = async (
  graph: Graph,
  options: CompileOptions = {},
  carried: readonly Pair[] | null = null,
): Promise<Session> => {
  const chosen = await chooseProvider(options.provider ?? 'auto');
  const threads = options.threads ?? availableParallelism();
  const lowering = await chooseLowering(options, chosen);
  const { graph: lowered, stored } = lowerStep(graph, carried ?? [], lowering);
  const session = await open(lowered, { options, chosen, threads, isStep: carried !== null });
  const outputs = session.outputNames.filter((name) => name !== SEQUENCE);
  const shapes = new Map(graph.outputs.map(({ name, shape }) => [name, shape]));
  /** By output, dimensions that lowering gave it in the place of its own. */
  const others = new Map(
    lowered.outputs.flatMap(({ name, shape }) =>
      shape === shapes.get(name) ? [] : [[name, shape.map(Number)] as const],
    ),
  );
  const givenOf = (feeds: Feeds) =>
    Object.fromEntries(session.inputNames.map((name) => [name, toOrt(fed(graph, feeds, name))]));
  let busy = 0;
  const timed = async <T>(body: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await body();
    } catch (error) {
      throw refused(graph, error);
    } finally {
      busy += performance.now() - began;
    }
  };
  return {
    ...chosen,
    threads,
    block: lowering.block,
    stored,
    inputs: session.inputNames,
    outputs,
    run: async (feeds) => {
      const given = givenOf(feeds);
      const results = await timed(() => session.run(given, outputs));
      const own = (name: string) => (others.has(name) ? { dims: shapes.get(name)!.map(Number) } : {});
      return Object.fromEntries(outputs.map((name) => [name, { ...fromOrt(results[name]!, name), ...own(name) }]));
    },
    runInto: async (places, feeds) => {
      const given = givenOf(feeds);
      const placeOf = (name: string) => ({ ...places[name]!, dims: others.get(name) ?? places[name]!.dims });
      const written = Object.fromEntries(outputs.map((name) => [name, toOrt(placeOf(name))]));
      await timed(() => session.run(given, { [SEQUENCE]: null, ...written }).catch(unlessHandedBack));
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
