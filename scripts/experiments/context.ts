/** The worker's own run, without its server: the same stages under the same protocol, on a network from a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { openStorage } from '@topiary/storage';
import { boardOf, fillRecipe, protocolOf, recipeHash, stagesOf } from '@topiary/tracks';
import { describeMachine } from '../../workers/evaluator/src/machine.js';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import type { FromChild } from '../../workers/evaluator/src/messages.js';
import { procedureContext } from '../../workers/evaluator/src/procedure-context.js';
import { Reporter } from '../../workers/evaluator/src/reporter.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import type { Prepared } from '../../workers/evaluator/src/stages/prepare.js';
import { samplesDir } from './samples.js';

export interface Run {
  readonly board: string;
  readonly recipe: RecipeInput;
  readonly target: string;
  readonly seed: number;
  readonly threads: number;
  readonly model: Uint8Array;
  /** Files that the model names, where it is a manifest (none). */
  readonly parts?: readonly Uint8Array[];
  /** What its task wants to know of the network: of a classifier how it wants its pictures (`mean`, `std`). */
  readonly normalisation: Readonly<Record<string, unknown>>;
  readonly codeVersion: string;
  /** What is known of the network on its test split, which is then not evaluated again; absent: nothing. */
  readonly known?: Pick<RunContext['job']['model'], 'metrics' | 'splitHash'>;
  /** Where the data sets lie (the samples). */
  readonly dataDir?: string;
}

/** Prints what a run says, and every half minute how far it is. */
const printer = () => {
  let told = 0;
  return (message: FromChild): void => {
    if (message.type === 'event' && message.event.type === 'log') console.log(`  ${message.event.text}`);
    if (message.type !== 'stages' || performance.now() - told < 30_000) return;
    told = performance.now();
    const { stage, progress, etaSeconds } = message.event;
    if (progress === null || etaSeconds === null) return;
    console.log(`  ${stage}: ${(100 * progress).toFixed(0)} %, ${etaSeconds.toFixed(0)} s to go`);
  };
};

/** Calls `body` with a run's context; its files lie in a temporary folder that is gone afterwards. */
export const withContext = async <T>(run: Run, body: (context: RunContext) => Promise<T>): Promise<T> => {
  const { seed, threads } = run;
  const home = await mkdtemp(join(tmpdir(), 'topiary-experiment-'));
  const board = boardOf(run.board);
  const recipe = fillRecipe(board, run.recipe);
  const stages = stagesOf(board, [recipe]).map((stage) => ({
    ...stage,
    state: 'waiting' as const,
    seconds: null,
    progress: null,
  }));
  try {
    const storage = await openStorage(pathToFileURL(home).href);
    const { sha256 } = await storage.put(run.model);
    for (const part of run.parts ?? []) await storage.put(part);
    return await body({
      job: {
        run: {
          run: 'experiment',
          attempt: 1,
          submission: 'experiment',
          kind: 'recipe',
          board: board.id,
          recipe: { ...recipe },
          recipeHash: recipeHash(recipe),
          target: parseTarget(run.target),
          seed,
          stages,
          capability: { device: 'cpu', memoryBytes: 0 },
        },
        board,
        opens: null,
        model: {
          sha256,
          settings: { ...run.normalisation },
          ...(run.known ?? { metrics: [], splitHash: null }),
        },
        home,
        dataDir: run.dataDir ?? samplesDir,
        storageUrl: pathToFileURL(home).href,
        provider: 'cpu',
        threads,
        testSecret: null,
        sandbox: 'best-effort',
        measureLatency: false,
        usualMs: null,
        codeVersion: run.codeVersion,
      },
      board,
      protocol: protocolOf(board),
      storage,
      report: new Reporter(stages, {}, printer()),
      lock: new MeasureLock(home),
      compile: { provider: 'cpu', threads },
      machine: describeMachine({ provider: 'cpu', threads }),
      signal: new AbortController().signal,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};

/** What a procedure would be given in such a run; nothing is measured on the test split on the way. */
export const procedureIn = (context: RunContext, { pipeline, task }: Pick<Prepared, 'pipeline' | 'task'>) =>
  procedureContext(context, {
    task,
    base: pipeline,
    pipeline,
    source: null,
    milestone: async () => undefined,
    prefix: '',
  });
