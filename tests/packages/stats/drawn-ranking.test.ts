/** Rankings whose rows stand for methods: whose runs decide, who is ranked, what controls say; by runs of known outcome. */
import {
  atOnce,
  DRAWN_SEED,
  type LeaderboardRow,
  leaderboard,
  leaderboardSteps,
  RowMemory,
  type RunRecord,
  rankedBoard,
  wholeRow,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { RULES, runOf, SUITE, threeSeeds } from '../../helpers/drawn-runs.js';

const named = (runs: readonly RunRecord[], rules = RULES) =>
  new Map(leaderboard(runs, rules).map((row) => [row.label, row]));

describe('places', () => {
  it('are open where seeds and examples leave them open, and rows stand by value inside', () => {
    const rows = leaderboard(SUITE, RULES);
    expect(rows.map(({ label, rank, place }) => [label, rank, place!.text])).toEqual([
      ['good', 1, '1-2'],
      ['as-good', 2, '1-2'],
      ['fair', 3, '3'],
      ['random', 4, '4'],
    ]);
    const [good] = rows;
    expect(good!.metrics[0]).toMatchObject({ interval: 'seeds and examples', isSpreadBorrowed: false });
    expect(good!.aboveRandom!.value).toBeCloseTo(10, 1);
  });

  describe('of the suite move for nobody', () => {
    const suite = new Set(SUITE.map(({ recipeHash }) => recipeHash));
    const rules = { ...RULES, drawn: { ...RULES.drawn!, suite } };
    const at3x = (runs: readonly RunRecord[]) =>
      runs.map((run) => ({ ...run, target: { ...run.target, value: 3, label: '3x' } }));
    const atTwo = [...SUITE, ...at3x(SUITE)];
    const before = rankedBoard(atTwo, rules);
    /** What the suite's rows say, with these submissions beside them. */
    const unmoved = (submissions: readonly RunRecord[]) => {
      const after = rankedBoard([...submissions, ...atTwo], rules);
      const keyOf = ({ label, target }: LeaderboardRow) => `${label} ${target.label}`;
      const rows = new Map(after.rows.map((row) => [keyOf(row), row]));
      for (const own of before.rows) {
        const { place, metrics, aboveRandom } = own;
        const row = rows.get(keyOf(own))!;
        expect(row.place).toEqual(place);
        expect(row.metrics.map(({ low, high }) => [low, high])).toEqual(metrics.map(({ low, high }) => [low, high]));
        expect(row.aboveRandom).toEqual(aboveRandom);
      }
      for (const [name, { random }] of before.rankings) expect(after.rankings.get(name)!.random).toEqual(random);
      return after;
    };

    it('a submission is held against it, and takes a place of its own', () => {
      const { rows } = unmoved(threeSeeds('theirs', [90.5, 90.2, 90.4], { by: 'ada' }));
      expect(rows.find(({ label }) => label === 'theirs')!.place!.text).toBe('1');
    });

    it('however many submissions differ wildly over seeds, at this target and at others', () => {
      const noisy = Array.from({ length: 12 }, (_, i) => threeSeeds(`noisy ${i}`, [60 + i, 80, 90], { by: 'ada' }));
      unmoved([...noisy.flat(), ...at3x(noisy.flat())]);
    });

    it('whoever runs random pruning in another way, with more seeds and less of it', () => {
      const random = Array.from({ length: 12 }, (_, seed) => {
        const run = runOf({ criterion: 'random', top1: 20 + 5 * (seed % 7), seed, by: 'ada' });
        return { ...run, label: 'theirs', recipeHash: 'random, hardly trained' };
      });
      const { rankings } = unmoved(random);
      expect([...rankings.values()].map(({ random: bar }) => [bar.verdict, bar.seeds])).toEqual([
        ['fit', 3],
        ['fit', 3],
      ]);
    });

    it('shuffled channels of anybody tell nothing of how far seeds of methods differ', () => {
      unmoved(threeSeeds('of ada', [60, 75, 85], { by: 'ada', prune: { shuffle: true } }));
    });

    it('and a recipe that was not trained after the cut does not say which phase ranks', () => {
      const cut = threeSeeds('only cut', [40, 55, 70], { by: 'ada' }).map((run) => ({
        ...run,
        metrics: run.metrics.map((one) => ({ ...one, phase: 'pruned' as const })),
      }));
      unmoved(cut);
    });
  });

  it('are not given to seeds that somebody chose, but to those that the server drew', () => {
    const chosen = [7, 8].map((seed) => runOf({ criterion: 'theirs', top1: 95, seed, by: 'ada' }));
    expect(named([...SUITE, ...chosen]).get('theirs')).toMatchObject({ rank: null, place: null });
    // 0 and 2 without 1: only 0 counts
    const gap = [0, 2].map((seed) => runOf({ criterion: 'theirs', top1: 90 + seed, seed, by: 'ada' }));
    expect(named([...SUITE, ...gap]).get('theirs')).toMatchObject({ seeds: [0], rank: 1 });
    const drawn = [1, 2].map((k) => runOf({ criterion: 'theirs', top1: 80, seed: DRAWN_SEED + k, by: 'ada' }));
    expect(named([...SUITE, ...gap, ...drawn]).get('theirs')).toMatchObject({ rank: 4 });
  });

  it('are given to nobody where random pruning is not known well enough', () => {
    const wild = Array.from({ length: 12 }, (_, seed) =>
      runOf({ criterion: 'random', top1: 40 + 4 * (seed % 10), seed }),
    );
    const runs = [...SUITE.filter(({ label }) => label !== 'random'), ...wild];
    expect(leaderboard(runs, RULES).every(({ rank, place }) => rank === null && place === null)).toBe(true);
    const [ranking] = rankedBoard(runs, RULES).rankings.values();
    expect(ranking!.random).toMatchObject({ verdict: 'unfit', seeds: 12 });
  });
});

describe('a recipe that several ran', () => {
  it('is one row, of the project’s own runs, and counts who came to the same', () => {
    const following = (runs: readonly RunRecord[]) => runs.map((run) => ({ ...run, seed: run.seed! + 3 }));
    const again = following(threeSeeds('fair', [84.2, 84, 84.3], { by: 'ada' }));
    const elsewhere = following(threeSeeds('fair', [60, 60.5, 61], { by: 'bob' }));
    const rows = leaderboard([...SUITE, ...again, ...elsewhere], RULES);
    expect(rows).toHaveLength(4);
    const fair = rows.find(({ label }) => label === 'fair')!;
    expect(fair).toMatchObject({ provenance: 'shipped', provenances: ['shipped', 'measured'] });
    expect(fair).toMatchObject({ reproduced: 1, contradicted: 1 });
    expect(fair.metrics[0]!.value).toBeCloseTo(84.1, 6);
    expect(fair.aliases).toHaveLength(1);
  });

  it('is reproduced by no number of a seed that it has already, nor by seeds that somebody chose', () => {
    const on = (by: string, ...seeds: readonly number[]) =>
      seeds.map((seed) => runOf({ criterion: 'fair', top1: 84.1, seed, by }));
    const counted = (runs: readonly RunRecord[]) => {
      const { reproduced, contradicted } = leaderboard([...SUITE, ...runs], RULES).find(
        ({ label }) => label === 'fair',
      )!;
      return [reproduced, contradicted];
    };
    // the row has seeds 0, 1, 2
    expect(counted(on('ada', 0, 1, 2))).toEqual([0, 0]);
    expect(counted(on('ada', 7, 42))).toEqual([0, 0]);
    expect(counted(on('ada', 3))).toEqual([1, 0]);
    expect(counted([...on('ada', 0, 1, 2, 3, 4), ...on('bob', 3, 4, 5)])).toEqual([2, 0]);
    // its luckiest number on a seed of its own choice does not mend what the following seeds say
    const bad = [3, 4].map((seed) => runOf({ criterion: 'fair', top1: 60, seed, by: 'ada' }));
    expect(counted([...bad, ...on('ada', 6)])).toEqual([0, 1]);
  });
});

describe('controls', () => {
  const shuffled = threeSeeds('good', [83, 83.2, 82.9], { prune: { shuffle: true } });

  it('say how much of the distance from random the widths alone bring, and are no methods themselves', () => {
    const rows = leaderboard([...SUITE, ...shuffled.map((run) => ({ ...run, label: 'good · shuffled' }))], RULES);
    const good = rows.find(({ label }) => label === 'good')!;
    expect(good.byWidths!.value).toBeCloseTo(5, 1);
    expect(good.widthShare!).toBeCloseTo(0.5, 1);
    expect(rows.find(({ label }) => label === 'good · shuffled')).toMatchObject({
      control: 'widths',
      rank: null,
      place: null,
    });
    expect(rows.find(({ label }) => label === 'fair')).toMatchObject({ byWidths: null, rank: 3 });
  });

  it('are looked for among rows that train as long: random after a training is the bar of regularizers', () => {
    const trained = (criterion: string, values: readonly [number, number, number]) =>
      threeSeeds(criterion, values).map((run) => {
        const recipe = { ...run.recipe, regularizer: 'lasso' };
        return { ...run, label: `${criterion} + lasso`, recipe, recipeHash: JSON.stringify(recipe) };
      });
    const rows = named([...SUITE, ...trained('fair', [86, 86.2, 86.1]), ...trained('random', [81, 81.2, 80.8])]);
    expect(rows.get('fair + lasso')!.aboveRandom!.value).toBeCloseTo(5.1, 1);
    expect(rows.get('fair')!.aboveRandom!.value).toBeCloseTo(6.07, 1);
  });
});

describe('what was worked out is kept', () => {
  const suite = new Set(SUITE.map(({ recipeHash }) => recipeHash));
  const rules = { ...RULES, drawn: { ...RULES.drawn!, suite } };
  const ada = threeSeeds('of ada', [86, 86.5, 85.7], { by: 'ada' });
  const kept = (memory: RowMemory, runs: readonly RunRecord[]) => {
    const { rows } = atOnce(leaderboardSteps(runs, rules, memory));
    expect(rows.map(wholeRow)).toEqual(leaderboard(runs, rules).map(wholeRow));
    return new Map(rows.map((row) => [row.label, row]));
  };

  it('where a new row beside the family tells nothing of seeds: every other row stays as it is', () => {
    const memory = new RowMemory();
    const before = kept(memory, [...SUITE, ...ada]);
    const after = kept(memory, [...SUITE, ...ada, runOf({ criterion: 'new', top1: 89, by: 'bob' })]);
    expect(after.size).toBe(before.size + 1);
    for (const [label, { metrics }] of before) expect(after.get(label)!.metrics).toBe(metrics);
  });

  it('also where its seeds differ from each other, since the suite says how far seeds differ', () => {
    const memory = new RowMemory();
    const before = kept(memory, [...SUITE, ...ada]);
    const after = kept(memory, [...SUITE, ...ada, ...threeSeeds('new', [80, 84, 88], { by: 'bob' })]);
    for (const [label, { metrics }] of before) expect(after.get(label)!.metrics).toBe(metrics);
  });

  it('and not where the suite knows better how far seeds differ, or random pruning', () => {
    const memory = new RowMemory();
    const before = kept(memory, [...SUITE, ...ada]);
    const seeds = kept(memory, [...SUITE, ...ada, runOf({ criterion: 'fair', top1: 80, seed: 3 })]);
    expect(seeds.get('of ada')!.metrics).not.toBe(before.get('of ada')!.metrics);
    const random = kept(memory, [...SUITE, ...ada, runOf({ criterion: 'random', top1: 76, seed: 3 })]);
    expect(random.get('of ada')!.aboveRandom).not.toEqual(before.get('of ada')!.aboveRandom);
  });
});

describe('where the project has run fewer than three rows', () => {
  const suite = new Set(['a recipe that nobody has run']);
  const rules = { ...RULES, drawn: { ...RULES.drawn!, suite } };

  it('all rows say how far seeds differ, and whoever ran random pruning is the bar', () => {
    const theirs = SUITE.map((run) => ({
      ...run,
      provenance: 'measured' as const,
      submitter: { id: 'ada', name: 'ada' },
    }));
    const [ranking] = rankedBoard(theirs, rules).rankings.values();
    expect(ranking!.random).toMatchObject({ verdict: 'fit', seeds: 3 });
    expect(ranking!.spread!.rows).toBe(4);
  });
});

it('rows that were cut in another way than the board does are ranked by themselves', () => {
  const once = threeSeeds('good', [92, 92.1, 91.9], { prune: { solve: 'bisect' } });
  const rows = leaderboard([...SUITE, ...once.map((run) => ({ ...run, label: 'one shot' }))], RULES);
  expect(rows.find(({ label }) => label === 'one shot')).toMatchObject({ rank: 1, aboveRandom: null });
  expect(rows.find(({ label }) => label === 'good')!.place!.text).toBe('1-2');
  expect(rows.find(({ label }) => label === 'one shot')!.ranking).toContain('one shot');
});
