/** Recipes of one step or several: filled in, named, counted together; what a target asks of them. */
import type { BoardDescription, FilledRecipe, MethodDescription, RecipeInput, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { METHODS } from '@topiary/methods/catalogue';
import { trackOf } from './boards.js';
import { type Budget, fillRecipe, recipeLabel } from './recipe.js';

/** As it is stored with a submission: the first step, and those after it where there are any. */
export type StoredRecipe = FilledRecipe & { readonly next?: readonly FilledRecipe[] };

/** The steps of a stored recipe, in their order. */
export const stepsOf = (stored: Readonly<Record<string, unknown>>): FilledRecipe[] => {
  const { next = [], ...first } = stored as unknown as StoredRecipe;
  return [first as FilledRecipe, ...next];
};

export const fillSteps = (board: Budget, steps: readonly RecipeInput[]): FilledRecipe[] =>
  steps.map((recipe) => fillRecipe(board, recipe));

export const storedRecipe = ([first, ...next]: readonly FilledRecipe[]): StoredRecipe => ({
  ...first!,
  ...(next.length === 0 ? {} : { next }),
});

/** `magnitude-l2 · global`, then what comes after it. */
export const stepsLabel = (steps: readonly FilledRecipe[]): string => steps.map(recipeLabel).join(' → ');

const examplesOf = ({ regularizer, sparsify, finetune }: FilledRecipe) => ({
  sparsify: regularizer === null ? 0 : sparsify.steps * sparsify.batch,
  finetune: finetune.steps * finetune.batch,
});

/** `closed`: all steps together within the board's budget, so that rows compare; `open`: more examples were spent. */
export const stepsDivision = (board: Budget, steps: readonly FilledRecipe[]): 'closed' | 'open' => {
  const isWithin = (part: 'sparsify' | 'finetune') =>
    steps.reduce((sum, step) => sum + examplesOf(step)[part], 0) <= board[part].steps * board[part].batch;
  return isWithin('finetune') && isWithin('sparsify') ? 'closed' : 'open';
};

const procedureIn = ({ procedure }: Pick<FilledRecipe, 'procedure'>): MethodDescription | null =>
  procedure === null ? null : METHODS.find(({ kind, id }) => kind === 'procedure' && id === procedure)!;

/** Axes on which a step reaches a target. */
const reachedBy = (board: Pick<BoardDescription, 'track'>, step: FilledRecipe): readonly string[] => {
  const procedure = procedureIn(step);
  const reaches = procedure === null ? null : procedure.reaches;
  return reaches === null ? [trackOf(board).targetAxis] : (reaches ?? []);
};

/** The step that reaches a target: the last one that can. -1: nothing is asked, or none can. */
export const reachingStep = (
  board: Pick<BoardDescription, 'track'>,
  steps: readonly FilledRecipe[],
  { axis, value }: Target,
): number => (value > 1 ? steps.findLastIndex((step) => reachedBy(board, step).includes(axis)) : -1);

/**
 * Refuses a target that no step reaches, and a step that would be left without the one that it needs: a criterion cuts
 * until a target is reached, and of several steps one reaches it.
 */
export const checkTargets = (
  board: Pick<BoardDescription, 'track'>,
  steps: readonly FilledRecipe[],
  targets: readonly Target[],
): void => {
  for (const target of targets) {
    const reaching = reachingStep(board, steps, target);
    if (target.value > 1 && reaching < 0) {
      const axes = [...new Set(steps.flatMap((step) => reachedBy(board, step)))];
      throw new TopiaryError('TOPIARY_TRACKS_AXIS', {
        where: `target ${target.label}`,
        expected: `an axis on which ${stepsLabel(steps)} reaches a target: ${[...axes, 'or free'].join(', ')}`,
        got: target.axis,
      });
    }
    const idle = steps.findIndex((step, i) => i !== reaching && step.procedure === null);
    if (idle < 0) continue;
    throw new TopiaryError('TOPIARY_TRACKS_BAD_RECIPE', {
      where: `target ${target.label}, step ${idle + 1}`,
      expected: 'a target for every step that cuts by a criterion: of several steps, one reaches it',
      got: `${recipeLabel(steps[idle]!)} without one`,
    });
  }
};

type Stages = { readonly id: string; readonly title: string }[];

/** Before the stages of several steps, which may have the same names. */
export const stagePrefix = (steps: number, step: number): string => (steps === 1 ? '' : `${step + 1}-`);

const ENDS = new Set(['evaluate', 'measure', 'publish']);

/** What a run goes through: the track's own beginning and end, and between them the stages of each step. */
export const stagesOf = (board: Pick<BoardDescription, 'track'>, steps: readonly FilledRecipe[]): Stages => {
  const { stages } = trackOf(board);
  const middle = stages.slice(1).filter(({ id }) => !ENDS.has(id));
  const between = steps.flatMap((step, i) =>
    (procedureIn(step)?.stages ?? middle).map(({ id, title }) => ({
      id: `${stagePrefix(steps.length, i)}${id}`,
      title: steps.length === 1 ? title : `${i + 1}. ${title}`,
    })),
  );
  return [stages[0]!, ...between, ...stages.filter(({ id }) => ENDS.has(id))];
};
