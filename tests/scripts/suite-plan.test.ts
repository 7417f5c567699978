/** What the suite without a server runs on a board: what its methods can serve, all of it or what was chosen. */
import type { ShippedRun } from '@topiary/contracts';
import type { LeaderboardRow } from '@topiary/stats';
import { boardOf, fillRecipe, recipeHash, trackOf } from '@topiary/tracks';
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

describe('random pruning', () => {
  /** The next seed of random pruning after three, whose interval is so wide at 2x, on a board whose base is known. */
  const nextSeeds = (id: string, { base, random, half }: { base: number; random: number; half: number }) => {
    const board = boardOf(id);
    const choice: Choice = { ...NOTHING, rows: ['random'], targets: ['2x'], controls: true };
    const first = nextRuns(board, [], () => [], choice);
    const done = first.map(({ recipe, target: label, seed }) => ({
      target: { label },
      recipeHash: recipeHash(fillRecipe(board, recipe)),
      seed,
    })) as unknown as readonly ShippedRun[];
    const metric = trackOf(board).metrics[0]!.id;
    const row = {
      recipe: { ...first[0]!.recipe, regularizer: null },
      target: { label: '2x' },
      base,
      seeds: [0, 1, 2],
      metrics: [{ id: metric, phase: 'finetuned', value: random, low: random - half, high: random + half }],
    } as unknown as LeaderboardRow;
    return nextRuns(board, done, () => [row], choice).map(({ seed }) => seed);
  };

  it('gets another seed until it is known to three points', () => {
    const known = { base: 93, random: 66 };
    expect(nextSeeds('classification.resnet-tiny.shapes32', { ...known, half: 2.9 })).toEqual([]);
    expect(nextSeeds('classification.resnet-tiny.shapes32', { ...known, half: 3.1 })).toEqual([3]);
  });

  it('and of an error per pixel, to 15 % of its distance from the base', () => {
    const known = { base: 0.026, random: 0.034 };
    expect(nextSeeds('diffusion.dit-tiny.shapes16', { ...known, half: 0.0011 })).toEqual([]);
    expect(nextSeeds('diffusion.dit-tiny.shapes16', { ...known, half: 0.0013 })).toEqual([3]);
  });
});
