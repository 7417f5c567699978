/** The named recipes are those of the published tables, and every board takes them. */
import { RecipeDescription, type RecipeInput } from '@topiary/contracts';
import { METHODS, RECIPES } from '@topiary/methods/catalogue';
import { BOARDS, checkRecipe, fillRecipe, recipeHash, SHEETS } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';

/** PruningBench's rows (arXiv 2406.12315): twelve criteria, five combinations with sparse training. */
const COMBINATIONS = [
  'BNScale + BNScale',
  'BNScale + GroupLASSO',
  'MagnitudeL2 + GroupNorm',
  'MagnitudeL2 + GrowingReg',
  'MagnitudeL2 + GroupLASSO',
];

describe('RECIPES', () => {
  it('are complete and named once', () => {
    for (const recipe of RECIPES) expect(RecipeDescription.parse(recipe)).toEqual(recipe);
    expect(new Set(RECIPES.map(({ id }) => id)).size).toBe(RECIPES.length);
  });
  it('hold every criterion alone and the five combinations', () => {
    const criteria = METHODS.filter(({ kind }) => kind === 'criterion').map(({ id }) => id);
    const alone = RECIPES.filter(({ recipe }) => Object.keys(recipe).join() === 'criterion').map(({ id }) => id);
    expect(alone.sort()).toEqual(criteria.sort());
    const combined = RECIPES.filter(({ recipe }) => 'regularizer' in recipe).map(({ published }) => published);
    // the control of these rows is published nowhere
    expect(combined.filter((name) => name !== null).sort()).toEqual([...COMBINATIONS].sort());
  });
  it('have a recipe for every row that PruningBench prints', () => {
    const sheet = SHEETS.find(({ id }) => id === 'pruningbench')!;
    const printed = sheet.tables.flatMap(({ rows }) => rows.map(({ recipe }) => recipe!));
    const named = RECIPES.map(({ recipe }) => `${recipe['criterion']} + ${recipe['regularizer'] ?? 'nothing'}`);
    const wanted = new Set(printed.map(({ criterion, regularizer }) => `${criterion} + ${regularizer ?? 'nothing'}`));
    expect(wanted.size).toBe(17);
    for (const row of wanted) expect(named).toContain(row);
  });
  it('are taken by every board, each as a row of its own', () => {
    for (const board of BOARDS) {
      for (const { recipe } of RECIPES) checkRecipe(recipe as RecipeInput, board.targets);
      const hashes = RECIPES.map(({ recipe }) => recipeHash(fillRecipe(board, recipe as RecipeInput)));
      expect(new Set(hashes).size).toBe(RECIPES.length);
    }
  });
});
