/** A compiled graph: lowered, encoded, loaded into onnxruntime. */
import { availableParallelism } from 'node:os';
import { TopiaryError } from '@topiary/errors';
import { lower } from '@topiary/lowering';
import { encode, type Graph } from '@topiary/onnx';
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
  run(feeds: Feeds): Promise<Feeds>;
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

const open = async (lowered: Graph, options: CompileOptions, chosen: Chosen, threads: number) => {
  // A plan of all allocations, made in the first run, takes 40 % more memory for a training step and saves no time.
  const memory = {
    enableMemPattern: options.level === 'all',
    ...(options.lowMemory ? { enableCpuMemArena: false } : {}),
  };
  const profile = options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {};
  try {
    return await InferenceSession.create(encode(lowered), {
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

/** Lowers a graph and loads it. The provider that it runs on, and why, stands in the session. */
export const compile = async (graph: Graph, options: CompileOptions = {}): Promise<Session> => {
  const chosen = await chooseProvider(options.provider ?? 'auto');
  const threads = options.threads ?? availableParallelism();
  const lowering = await chooseLowering(options, chosen);
  const session = await open(lower(graph, lowering), options, chosen, threads);
  let busy = 0;
  return {
    ...chosen,
    threads,
    block: lowering.block,
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds) => {
      const given = Object.fromEntries(session.inputNames.map((name) => [name, toOrt(fed(graph, feeds, name))]));
      const began = performance.now();
      try {
        const results = await session.run(given);
        busy += performance.now() - began;
        return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(value, name)]));
      } catch (error) {
        throw refused(graph, error);
      }
    },
    busyMs: () => busy,
    endProfiling: () => session.endProfiling(),
    release: () => session.release(),
  };
};

const fed = (graph: Graph, feeds: Feeds, name: string) => {
  const value = feeds[name];
  if (value) return value;
  throw new TopiaryError('TOPIARY_RUNTIME_SESSION', {
    where: `graph '${graph.name}'`,
    expected: `a value for input '${name}'`,
    got: `values for ${Object.keys(feeds).join(', ') || 'nothing'}`,
  });
};
