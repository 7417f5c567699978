/** Recipes on a board: checked before anything is queued, filled in to the last field, named, and hashed. */
import { createHash } from 'node:crypto';
import {
  type BoardDescription,
  type FilledRecipe,
  type MethodDescription,
  type MethodKind,
  type NetworkTrait,
  type PartialTraining,
  Prune,
  type PruneDefaults,
  Recipe,
  type RecipeInput,
  type Scope,
  type Target,
  type Training,
} from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { assertRequired, checkParameters, METHODS, SOLVE } from '@topiary/methods/catalogue';
import { specOf, trackById } from './boards.js';
import { submissionSeconds } from './cost.js';

const KINDS: readonly MethodKind[] = ['criterion', 'regularizer', 'procedure'];

const methodIn = (kind: MethodKind, id: string): MethodDescription => {
  const found = METHODS.find((method) => method.kind === kind && method.id === id);
  if (found) return found;
  const known = METHODS.filter((method) => method.kind === kind).map((method) => method.id);
  throw new TopiaryError('TOPIARY_METHODS_UNKNOWN', {
    where: `recipe.${kind}`,
    expected: known.length === 0 ? `null: there is no ${kind} yet` : `one of ${known.join(', ')}`,
    got: id,
  });
};

const contradiction = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_TRACKS_BAD_RECIPE', { where, expected, got });
};

const parse = (recipe: RecipeInput): Recipe => {
  const parsed = Recipe.safeParse(recipe);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: ['recipe', ...issue.path.map(String)].join('.'),
    expected: issue.message,
  });
};

/** Who does the work: a procedure alone, or a criterion with or without a regularizer. */
const checkParts = ({ criterion, regularizer, procedure, params }: Recipe): void => {
  const parts = { criterion, regularizer, procedure };
  for (const kind of KINDS) {
    const id = parts[kind];
    if (id !== null) checkParameters(methodIn(kind, id), params[kind]);
    else if (Object.keys(params[kind]).length > 0) {
      contradiction(
        `recipe.params.${kind}`,
        `no parameters, since ${kind} is null`,
        Object.keys(params[kind]).join(', '),
      );
    }
  }
  if (procedure !== null && (criterion !== null || regularizer !== null)) {
    contradiction(
      'recipe',
      `procedure ${procedure} alone, with criterion and regularizer null`,
      `${criterion} and ${regularizer}`,
    );
  }
  if (procedure === null && criterion === null) contradiction('recipe', 'a criterion or a procedure', 'neither');
};

/** A layer keeps the share p of its inputs and of its outputs, so at least p² of its MACs: no speed-up passes 1 / p². */
const checkReach = ({ prune: { protection } }: Recipe, targets: readonly Target[]): void => {
  const reach = 1 / protection ** 2;
  const beyond = targets.find(({ value }) => value > reach);
  if (beyond === undefined) return;
  throw new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
    where: 'targets',
    expected: `at most ${reach.toFixed(2)}x while recipe.prune.protection is ${protection}`,
    got: beyond.label,
  });
};

/** Throws a clear error when the recipe cannot run on any board; says nothing otherwise. */
export const checkRecipe = (recipe: RecipeInput, targets: readonly Target[] = []): void => {
  const parsed = parse(recipe);
  checkParts(parsed);
  checkReach(parsed, targets);
};

/**
 * Throws when a board's model, or whatever its task wants, lacks what a method requires. `lacks`: of the model; of an
 * imported network nothing is known before a worker has read it; the worker asks again.
 */
export const checkServed = (
  recipe: Pick<Recipe, MethodKind>,
  { model, track }: Pick<BoardDescription, 'model' | 'track'>,
  lacks: readonly NetworkTrait[],
): void => {
  for (const kind of KINDS) {
    const id = recipe[kind];
    if (id !== null) assertRequired(methodIn(kind, id), model, [...trackById(track).lacks, ...lacks]);
  }
};

/** The board's training with what the recipe says otherwise. */
const filledTraining = (board: Training, recipe: PartialTraining): Training => ({
  ...board,
  ...(Object.fromEntries(
    Object.entries(recipe).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<Training>),
});

/** A method as it was before some of its parameters existed, unless they are asked for. */
const beforehand = (method: MethodDescription, asked: Readonly<Record<string, unknown>>): MethodDescription => ({
  ...method,
  parameters: method.parameters.filter(({ id, before }) => before === undefined || id in asked),
});

const filledParams = (
  recipe: Recipe,
  kind: MethodKind,
  { parameters }: PruneDefaults,
): Recipe['params'][MethodKind] => {
  const id = recipe[kind];
  if (id === null) return {};
  const method = methodIn(kind, id);
  const asked = recipe.params[kind];
  return { ...checkParameters(parameters === 'before' ? beforehand(method, asked) : method, asked) };
};

/** What a board decides where a recipe is silent. */
export type Budget = Pick<BoardDescription, 'sparsify' | 'finetune' | 'prune' | 'scope'>;

/** Where neither recipe nor board names a scope. */
const USUAL_SCOPE = 'global';

/** The complete recipe: the methods' own defaults, then the board's scope and budget, where the recipe is silent. */
export const fillRecipe = (board: Budget, recipe: RecipeInput): FilledRecipe => {
  const parsed = parse(recipe);
  const { solve, steps, strata } = board.prune;
  // a procedure has no scope of its own, whatever the board's is
  const usual = parsed.procedure === null ? board.scope : undefined;
  return {
    ...parsed,
    scope: parsed.scope ?? usual ?? USUAL_SCOPE,
    params: {
      criterion: filledParams(parsed, 'criterion', board.prune),
      regularizer: filledParams(parsed, 'regularizer', board.prune),
      procedure: filledParams(parsed, 'procedure', board.prune),
    },
    prune: {
      ...parsed.prune,
      solve: parsed.prune.solve ?? solve ?? SOLVE[parsed.criterion ?? ''] ?? 'bisect',
      steps: parsed.prune.steps ?? steps,
      strata: parsed.prune.strata ?? strata,
    },
    sparsify: filledTraining(board.sparsify, parsed.sparsify),
    finetune: filledTraining(board.finetune, parsed.finetune),
  };
};

/** `closed`: within the board's fine-tuning budget, so that rows compare; `open`: more examples were spent. */
export const divisionOf = (budget: Budget, recipe: RecipeInput): 'closed' | 'open' => {
  const filled = fillRecipe(budget, recipe);
  const isWithin = (part: 'sparsify' | 'finetune') =>
    filled[part].steps * filled[part].batch <= budget[part].steps * budget[part].batch;
  return isWithin('finetune') && (filled.regularizer === null || isWithin('sparsify')) ? 'closed' : 'open';
};

/** Parameters that differ from the method's defaults, in words: ` (reduce max)`. */
const changedParams = (recipe: Pick<Recipe, MethodKind | 'params'>, kind: MethodKind): string => {
  const method = METHODS.find((m) => m.kind === kind && m.id === recipe[kind]);
  const changed = (method?.parameters ?? []).flatMap(({ id, default: usual }) => {
    const value = recipe.params[kind][id] ?? usual;
    if (value === usual) return [];
    return [value === true ? id : `${id} ${value}`];
  });
  return changed.length === 0 ? '' : ` (${changed.join(', ')})`;
};

/** `magnitude-l2 · global`, `magnitude-l2 + group-norm · local`, or a procedure's name. */
export const recipeLabel = (
  recipe: Pick<Recipe, 'criterion' | 'regularizer' | 'procedure' | 'params'> & {
    readonly scope?: Scope | undefined;
    readonly prune?: Pick<Recipe['prune'], 'shuffle'>;
  },
): string => {
  if (recipe.procedure !== null) return `${recipe.procedure}${changedParams(recipe, 'procedure')}`;
  const parts = (['criterion', 'regularizer'] as const).flatMap((kind) =>
    recipe[kind] === null ? [] : [`${recipe[kind]}${changedParams(recipe, kind)}`],
  );
  return `${parts.join(' + ')} · ${recipe.scope ?? USUAL_SCOPE}${recipe.prune?.shuffle ? ' · shuffled' : ''}`;
};

/** JSON with the keys of every object sorted. */
const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
};

/** Parts of a training that are switched off by 0. */
const SWITCHES = ['warmup', 'clip', 'ema', 'labelSmoothing', 'mixup', 'cutmix'] as const;

/** Without the parts that are switched off, and what belongs to them. */
const effectiveTraining = (training: Training): Partial<Training> => {
  const { steps, momentum, distillation, distillationWeight, temperature, ...rest } = training;
  if (steps === 0) return { steps };
  const off = SWITCHES.filter((name) => rest[name] === 0);
  return {
    ...rest,
    ...Object.fromEntries(off.map((name) => [name, undefined])),
    steps,
    ...(training.optimizer === 'sgd' ? { momentum } : {}),
    ...(distillation === 'none' ? {} : { distillation, distillationWeight }),
    ...(distillation === 'soft' ? { temperature } : {}),
  };
};

/** Without parameters at the value that recipes had before the parameter existed: those hashes stay what they were. */
const effectiveParams = (recipe: FilledRecipe, kind: MethodKind): FilledRecipe['params'][MethodKind] => {
  const known = METHODS.find((m) => m.kind === kind && m.id === recipe[kind])?.parameters ?? [];
  const isAsBefore = (id: string, value: unknown) =>
    known.some((parameter) => parameter.id === id && parameter.before !== undefined && parameter.before === value);
  return Object.fromEntries(Object.entries(recipe.params[kind]).filter(([id, value]) => !isAsBefore(id, value)));
};

/** Of `prune.batches`, where nobody says otherwise. */
const USUAL_BATCHES = Prune.parse(undefined).batches;

/** Leaves out what has no effect, so that it cannot split a row: steps of a bisection, batches nobody reads. */
const effective = (recipe: FilledRecipe) => {
  const { steps, batches, heads, shuffle, ignore = [], strata = 'as-scored', ...prune } = recipe.prune;
  const { sparsify, ...rest } = recipe;
  const dataDriven = METHODS.some((m) => m.kind === 'criterion' && m.id === recipe.criterion && m.needs.length > 0);
  // recipes of the usual number keep the hash that they had before procedures said that they read it
  const takesStatistics = METHODS.some(
    (m) => m.kind === 'procedure' && m.id === recipe.procedure && m.takesStatistics === true,
  );
  return {
    ...rest,
    params: {
      criterion: effectiveParams(recipe, 'criterion'),
      regularizer: effectiveParams(recipe, 'regularizer'),
      procedure: effectiveParams(recipe, 'procedure'),
    },
    ...(recipe.regularizer === null ? {} : { sparsify: effectiveTraining(sparsify) }),
    prune: {
      ...prune,
      ...(recipe.prune.solve === 'first-crossing' ? { steps } : {}),
      ...(dataDriven || (takesStatistics && batches !== USUAL_BATCHES) ? { batches } : {}),
      ...(heads ? { heads } : {}),
      ...(shuffle ? { shuffle } : {}),
      ...(ignore.length > 0 ? { ignore: [...new Set(ignore)].sort() } : {}),
      ...(strata === 'as-scored' || recipe.scope === 'local' ? {} : { strata }),
    },
    finetune: effectiveTraining(recipe.finetune),
  };
};

const hashOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

/**
 * sha256 of a filled recipe, whatever the order of its fields. Seeds, targets and labels are no part of a recipe. A row is one
 * hash, so whoever submits a recipe again with another value where it has no effect gets no second row, and the first run of a
 * seed counts: nothing else has to find out which recipes are one family. What a procedure reads of `scope` and `prune` is not
 * declared, so those two still tell recipes of procedures apart.
 */
export const recipeHash = (recipe: FilledRecipe): string => hashOf(effective(recipe));

/** The same of several steps; of one it is the recipe's own. */
export const stepsHash = (steps: readonly FilledRecipe[]): string =>
  steps.length === 1 ? recipeHash(steps[0]!) : hashOf({ steps: steps.map(effective) });

/** Seconds that all runs of a submission take on two cores, one after another. */
export const estimateSeconds = (
  board: BoardDescription,
  recipe: RecipeInput,
  targets: readonly Target[],
  seeds: readonly number[],
): number => {
  const filled = fillRecipe(board, recipe);
  const dataDriven = METHODS.some((m) => m.kind === 'criterion' && m.id === filled.criterion && m.needs.length > 0);
  const spec = specOf(board);
  if (spec !== null) return submissionSeconds(spec.cost, { recipe: filled, targets, seeds, dataDriven });
  // of a board that a network opened, its own estimate is all that is known: of one run of its own length
  const examples = ({ steps, batch }: Training): number => Math.max(1, steps * batch);
  const longer = examples(filled.finetune) / examples(board.finetune);
  return targets.length * seeds.length * board.estimateSeconds * Math.max(1, longer);
};
