/** Recipes of one step or several: filled in, named, counted together; what a target asks of them. */
import type { BoardDescription, FilledRecipe, MethodDescription, RecipeInput, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { METHODS } from '@topiary/methods/catalogue';
import { trackOf } from './boards.js';
import { fillRecipe, recipeLabel } from './recipe.js';

type Budget = Pick<BoardDescription, 'sparsify' | 'finetune'>;

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

/** What the steps make less of, all together. */
const axesOf = (board: Pick<BoardDescription, 'track'>, steps: readonly FilledRecipe[]): ReadonlySet<string> => {
  const own = trackOf(board).axes.map(({ id }) => id);
  return new Set(steps.flatMap((step) => procedureIn(step)?.axes ?? own));
};

/** Refuses a target on an axis that none of the steps changes. */
export const checkTargets = (
  board: Pick<BoardDescription, 'track'>,
  steps: readonly FilledRecipe[],
  targets: readonly Target[],
): void => {
  const axes = axesOf(board, steps);
  const wrong = targets.find(({ axis, value }) => value > 1 && !axes.has(axis));
  if (wrong === undefined) return;
  throw new TopiaryError('TOPIARY_TRACKS_AXIS', {
    where: `target ${wrong.label}`,
    expected: `an axis that ${stepsLabel(steps)} changes: ${[...axes].join(', ')}; or free`,
    got: wrong.axis,
  });
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
