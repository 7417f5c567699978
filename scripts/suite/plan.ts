/**
 * What the project's own suite runs on a board: every named recipe at every target with three seeds; random pruning until it
 * is known well enough to rank by (`controlVerdict`); the widths of the best recipe of each family with
 * channels chosen by chance. A family is criteria that look at the same: weights, activations, gradients.
 */
import type { BoardDescription, RecipeDescription, RecipeInput, ShippedRun } from '@topiary/contracts';
import { RECIPES } from '@topiary/methods/catalogue';
import { controlVerdict, type LeaderboardRow } from '@topiary/stats';
import { checkServed, fillRecipe, recipeHash, trackOf } from '@topiary/tracks';
import { lacksOfModel } from '@topiary/zoo/catalogue';
import { familyOf } from './families.js';
import type { SuiteJob } from './suite-job.js';

const SEEDS = 3;

type Asked = Omit<SuiteJob, 'codeVersion' | 'dataDir'>;

/** What of the suite is to be run; an empty list: all there is. */
export interface Choice {
  /** Ids of recipes. */
  readonly rows: readonly string[];
  readonly targets: readonly string[];
  readonly seeds: readonly number[];
  /** Of recipes that leave it open; null: the board's own. */
  readonly scope: RecipeInput['scope'] | null;
  /** Controls of what was chosen, as if it were all. */
  readonly controls: boolean;
}

const ALL: Choice = { rows: [], targets: [], seeds: [], scope: null, controls: false };

const isIn = <T>(list: readonly T[], one: T): boolean => list.length === 0 || list.includes(one);

const keyOf = (target: string, hash: string, seed: number): string => `${target} ${hash} ${seed}`;

const serves = (board: BoardDescription, recipe: RecipeInput): boolean => {
  try {
    checkServed(fillRecipe(board, recipe), board, lacksOfModel(board.model));
    return true;
  } catch {
    return false;
  }
};

/** One-shot recipes rank by themselves, and are no part of the suite. */
const named = (board: BoardDescription): RecipeDescription[] =>
  RECIPES.filter(({ recipe }) => fillRecipe(board, recipe as RecipeInput).prune.solve === board.prune.solve).filter(
    ({ recipe }) => serves(board, recipe as RecipeInput),
  );

const isRandom = ({ recipe }: Pick<LeaderboardRow, 'recipe'>): boolean => recipe['criterion'] === 'random';

/** The best recipe without a regularizer of each family. */
const bestOfFamilies = (rows: readonly LeaderboardRow[]): LeaderboardRow[] => {
  const best = new Map<string, LeaderboardRow>();
  for (const row of rows.filter(
    (one) => !isRandom(one) && one.recipe['regularizer'] === null && one.control === null,
  )) {
    if (!best.has(familyOf(row.recipe['criterion']))) best.set(familyOf(row.recipe['criterion']), row);
  }
  return [...best.values()];
};

/** In the order in which they say most: all rows with their first seed, then the second. */
const basic = (board: BoardDescription, { rows, scope }: Choice): Asked[] =>
  Array.from({ length: SEEDS }, (_, seed) => seed).flatMap((seed) =>
    board.targets.flatMap(({ label: target }) =>
      named(board)
        .filter(({ id }) => isIn(rows, id))
        .map(({ recipe }): RecipeInput => ({ ...(scope === null ? {} : { scope }), ...recipe }))
        .map((recipe) => ({ board: board.id, recipe, target, seed })),
    ),
  );

/** More seeds of random pruning, one at a time for each target. */
const moreRandom = (board: BoardDescription, rows: readonly LeaderboardRow[]): Asked[] => {
  const metric = trackOf(board).metrics[0]!;
  return rows.filter(isRandom).flatMap((row) => {
    const outcome = row.metrics.find(({ phase }) => phase !== 'base')!;
    if (controlVerdict(outcome, row.seeds.length, { metric, base: row.base }) !== 'more seeds') return [];
    const recipe = row.recipe as RecipeInput;
    return [{ board: board.id, recipe, target: row.target.label, seed: row.seeds.length }];
  });
};

const widths = (board: BoardDescription, rows: readonly LeaderboardRow[]): Asked[] =>
  board.targets.flatMap(({ label: target }) =>
    bestOfFamilies(rows.filter((row) => row.target.label === target)).flatMap(({ recipe }) => {
      const own = recipe as RecipeInput;
      const shuffled: RecipeInput = { ...own, prune: { ...own.prune, shuffle: true } };
      return Array.from({ length: SEEDS }, (_, seed) => ({ board: board.id, recipe: shuffled, target, seed }));
    }),
  );

/** What is to be run next, given what has been; empty: all of it has. */
export const nextRuns = (
  board: BoardDescription,
  done: readonly ShippedRun[],
  rowsOf: (runs: readonly ShippedRun[]) => readonly LeaderboardRow[],
  choice: Choice = ALL,
): Asked[] => {
  const known = new Set(done.map(({ target, recipeHash: hash, seed }) => keyOf(target.label, hash, seed)));
  const isOpen = ({ recipe, target, seed }: Asked) =>
    isIn(choice.targets, target) &&
    isIn(choice.seeds, seed) &&
    !known.has(keyOf(target, recipeHash(fillRecipe(board, recipe)), seed));
  const first = basic(board, choice).filter(isOpen);
  // what was chosen is not all, and controls belong to all
  if (first.length > 0 || (choice.rows.length > 0 && !choice.controls)) return first;
  const rows = rowsOf(done);
  return [...moreRandom(board, rows), ...widths(board, rows)].filter(isOpen);
};
