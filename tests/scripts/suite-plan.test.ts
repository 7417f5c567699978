/** What the suite without a server runs on a board: what its methods can serve, all of it or what was chosen. */
import type { ShippedRun } from '@topiary/contracts';
import { boardOf, fillRecipe, recipeHash } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { type Choice, nextRuns } from '../../scripts/suite/plan.js';

const BOARD = boardOf('detection.anchorfree-tiny.shapes-det');
const NOTHING: Choice = { rows: [], targets: [], seeds: [], scope: null, controls: false };

const planned = (choice: Partial<Choice>, done: readonly ShippedRun[] = []) =>
  nextRuns(BOARD, done, () => [], { ...NOTHING, ...choice });

describe('the suite of a detector', () => {
  it('has every recipe but what its track cannot serve, three seeds at each target', () => {
    const runs = planned({});
    const criteria = new Set(runs.map(({ recipe }) => recipe.criterion));
    expect(criteria.has('taylor')).toBe(true);
    expect(criteria.has('obd-c')).toBe(false);
    expect(new Set(runs.map(({ target, seed }) => `${target} ${seed}`)).size).toBe(6);
    const rows = new Set(runs.map(({ recipe }) => recipeHash(fillRecipe(BOARD, recipe))));
    expect(runs.length).toBe(6 * rows.size);
  });

  it('can be a part of it, in another scope where a recipe leaves it open', () => {
    const runs = planned({ rows: ['random', 'taylor-isomorphic'], targets: ['2x'], seeds: [0], scope: 'local' });
    expect(runs.map(({ recipe, target, seed }) => [recipe.criterion, recipe.scope, target, seed])).toEqual([
      ['random', 'local', '2x', 0],
      ['taylor', 'isomorphic', '2x', 0],
    ]);
  });

  it('does not run again what is recorded', () => {
    const choice = { rows: ['random'], targets: ['2x'], seeds: [0] };
    const [run] = planned(choice);
    const hash = recipeHash(fillRecipe(BOARD, run!.recipe));
    const done = [{ target: { label: '2x' }, recipeHash: hash, seed: 0 }] as unknown as readonly ShippedRun[];
    expect(planned(choice, done)).toEqual([]);
    expect(planned({ ...choice, seeds: [0, 1] }, done).map(({ seed }) => seed)).toEqual([1]);
  });
});
