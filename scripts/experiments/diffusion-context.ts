/** What experiments on a diffusion transformer begin with: a run's context, its task, and a judge of samples. */
import type { RecipeInput } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';
import type { ProcedureContext, ProcedureOutcome } from '@topiary/methods';
import { procedureOf } from '@topiary/methods';
import type { Pipeline } from '@topiary/pipeline';
import { type Compute, taskOf } from '@topiary/tasks';
import { fillRecipe } from '@topiary/tracks';
import { Shapes16 } from '@topiary/zoo';
import { ownCompute } from '../../workers/evaluator/src/compute.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { procedureIn, withContext } from './context.js';
import { judgeOf } from './diffusion-judge.js';
import { file, settings } from './teacher.js';

export const BOARD = 'diffusion.dit-tiny.shapes16';

export interface Diffusion {
  readonly context: RunContext;
  readonly prepared: Prepared;
  readonly compute: Compute;
  readonly judge: ReturnType<typeof judgeOf>;
}

export interface Opened {
  readonly seed: number;
  readonly threads: number;
  readonly samples: number;
}

export const withDiffusion = async (
  { seed, threads, samples }: Opened,
  body: (diffusion: Diffusion) => Promise<void>,
): Promise<void> => {
  const run = {
    ...{ board: BOARD, recipe: {}, target: '2x', seed, threads, dataDir: '', codeVersion: 'experiment' },
    ...{ model: file, normalisation: settings },
  };
  await withContext(run, async (context) => {
    const prepared = await prepare(context);
    const compute = ownCompute(context);
    const critic = String(context.protocol.options['critic']);
    const judge = judgeOf(prepared.pipeline, compute, { samples, critic, settings });
    await body({ context, prepared, compute, judge });
  });
};

export interface Asked {
  readonly recipe: RecipeInput;
  readonly target: string;
}

/** What a recipe's procedure makes of the base, without stages; `given` takes the place of parts of its context. */
export const outcomeOf = async (
  { context, prepared }: Diffusion,
  asked: Asked,
  given: Partial<ProcedureContext> = {},
): Promise<ProcedureOutcome> => {
  const recipe = fillRecipe(context.board, asked.recipe);
  const target = parseTarget(asked.target);
  const own: ProcedureContext = {
    ...procedureIn(context, prepared),
    stage: (_, body) => body(() => undefined),
    point: () => undefined,
    ...given,
  };
  return procedureOf(recipe).run(own, {
    target: target.value > 1 ? target : null,
    counter: context.protocol.counter,
    recipe,
    params: recipe.params.procedure,
  });
};

/** A network's file as the task reads it. */
export const readNetwork = (network: Uint8Array): Promise<Pipeline> =>
  taskOf('diffusion').read({
    files: new Map([['network', network]]),
    schedule: null,
    dataset: Shapes16.id,
    dataDir: '',
  });

/** What a fact of this view holds; null: there is none. */
export const contentOf = <T>(facts: ProcedureOutcome['facts'], view: string): T | null => {
  const fact = facts.find((one) => one.view === view);
  return fact ? (JSON.parse(new TextDecoder().decode(fact.bytes)) as T) : null;
};
