/** Rows against the rules of the protocol, on runs small enough to check by eye. */
import { Row } from '@topiary/contracts';
import type { LeaderboardSource } from '@topiary/db';
import { type LeaderboardOptions, type LeaderboardRow, leaderboard, type RunRecord } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const METRICS = [
  { id: 'top1', direction: 'higher', estimator: 'share', bounds: [0, 100] },
  { id: 'loss', direction: 'lower', estimator: 'mean', bounds: [0, null] },
] as const;
const RULES: LeaderboardOptions = {
  metrics: METRICS,
  phases: ['base', 'pruned', 'finetuned'],
  control: {
    id: 'random',
    recipe: { criterion: 'random', regularizer: null, procedure: null },
    same: ['finetune'],
    nearest: 'scope',
  },
  apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
};

interface Given {
  readonly criterion: string;
  readonly top1: number;
  readonly seed?: number;
  readonly correct?: Uint8Array;
  readonly over?: Partial<RunRecord>;
}

const runOf = ({ criterion, top1, seed = 0, correct, over }: Given): RunRecord => ({
  run: `${criterion}-${seed}`,
  submission: `submission of ${criterion}`,
  label: `${criterion} · global`,
  division: 'closed',
  recipe: { criterion, regularizer: null, procedure: null, scope: 'global', finetune: { steps: 100 } },
  recipeHash: criterion.padEnd(64, '0'),
  provenance: 'measured',
  target: { axis: 'macs', value: 2, label: '2x' },
  seed,
  achieved: 2.01,
  flags: [],
  metrics: [
    { id: 'top1', phase: 'base', value: 92, n: 1000 },
    { id: 'top1', phase: 'pruned', value: top1 - 20, n: 1000 },
    { id: 'top1', phase: 'finetuned', value: top1, n: 1000 },
    { id: 'loss', phase: 'finetuned', value: 0.3, n: 1000 },
  ],
  params: { base: 1000, left: 500 },
  macs: { pure: { base: 100, left: 50 }, published: { base: 110, left: 55 } },
  latency: { p50Ms: 2, p99Ms: 3, baseP50Ms: 4, batch: 1 },
  machine: 'm1',
  protocol: 'classification/1',
  splitHash: 'a'.repeat(64),
  seconds: 20,
  stepSeconds: 1,
  epochSeconds: null,
  finishedAt: `2026-01-01T00:00:0${seed}.000Z`,
  ...(correct ? { correct } : {}),
  ...over,
});

/** Errors at compile time where the contract, the database and this package drift apart. */
const asContract = (row: LeaderboardRow): Row => row;
const fromDatabase = (source: LeaderboardSource): RunRecord => source;

describe('leaderboard', () => {
  it('makes one contract row per recipe with means over its seeds', () => {
    const rows = leaderboard(
      [90, 91, 92].map((top1, seed) => runOf({ criterion: 'taylor', top1, seed })),
      { ...RULES },
    );
    expect(rows).toHaveLength(1);
    expect(fromDatabase).toBeTypeOf('function');
    expect(Row.parse(asContract(rows[0]!))).toEqual(rows[0]);
    expect(rows[0]).toMatchObject({
      rank: 1,
      tier: 1,
      seeds: [0, 1, 2],
      aboveRandom: null,
      at: '2026-01-01T00:00:02.000Z',
    });
    expect(rows[0]!.metrics[0]).toMatchObject({ id: 'top1', phase: 'finetuned', value: 91, n: 3, interval: 'seeds' });
  });

  it('ranks by the metric, and gives the gain over random as Newcombe has it for single seeds', () => {
    const rows = leaderboard(
      [
        runOf({
          criterion: 'random',
          top1: 60,
          over: { metrics: [{ id: 'top1', phase: 'finetuned', value: 60, n: 80 }] },
        }),
        runOf({
          criterion: 'taylor',
          top1: 80,
          over: { metrics: [{ id: 'top1', phase: 'finetuned', value: 80, n: 70 }] },
        }),
      ],
      { ...RULES },
    );
    expect(rows.map((row) => [row.label, row.rank])).toEqual([
      ['taylor · global', 1],
      ['random · global', 2],
    ]);
    expect(rows[1]!.aboveRandom).toBeNull();
    expect(rows[0]!.aboveRandom!.value).toBeCloseTo(20, 10);
    expect(rows[0]!.aboveRandom!.low).toBeCloseTo(5.24, 2);
    expect(rows[0]!.aboveRandom!.high).toBeCloseTo(33.39, 2);
  });

  it('of several random rows takes that of the same scope, then that of the same provenance', () => {
    const row = (criterion: string, scope: string, provenance: RunRecord['provenance'], top1: number) => {
      const label = `${criterion} · ${scope}`;
      const recipe = { ...runOf({ criterion, top1 }).recipe, scope };
      return runOf({ criterion, top1, over: { recipe, provenance, label, recipeHash: label.padEnd(64, '0') } });
    };
    const randoms = [
      row('random', 'global', 'shipped', 80),
      row('random', 'global', 'measured', 82),
      row('random', 'local', 'shipped', 70),
      row('random', 'local', 'measured', 74),
    ];
    const gain = (scope: string, provenance: RunRecord['provenance']) => {
      const rows = leaderboard([...randoms, row('taylor', scope, provenance, 90)], RULES);
      return rows.find(({ label }) => label.startsWith('taylor'))!.aboveRandom?.value;
    };
    expect([gain('global', 'shipped'), gain('global', 'measured')]).toEqual([10, 8]);
    expect([gain('local', 'shipped'), gain('local', 'measured')]).toEqual([20, 16]);
  });

  it('compares with random over seeds by Welch, and per example where the bits are there', () => {
    const seeds = leaderboard(
      [
        ...[80, 82].map((top1, seed) => runOf({ criterion: 'random', top1, seed })),
        ...[90, 92].map((top1, seed) => runOf({ criterion: 'taylor', top1, seed })),
      ],
      { ...RULES },
    );
    // both variances 2, so df = 2 and half width 4.30265 · √2
    expect(seeds[0]!.aboveRandom!.value).toBe(10);
    expect(seeds[0]!.aboveRandom!.low).toBeCloseTo(10 - 4.302652729749462 * Math.SQRT2, 9);

    const bits = (right: number) => Uint8Array.from({ length: 1000 }, (_, i) => Number(i < right));
    const paired = leaderboard(
      [
        runOf({ criterion: 'random', top1: 80, correct: bits(800) }),
        runOf({ criterion: 'taylor', top1: 90, correct: bits(900) }),
      ],
      { ...RULES },
    );
    // 100 of 1,000 examples gained: s² = 0.1 · 0.9 · 1000 / 999, t(999) = 1.96234
    const half = 1.9623414611 * Math.sqrt((0.09 * 1000) / 999 / 1000);
    expect(paired[0]!.aboveRandom!.low).toBeCloseTo(100 * (0.1 - half), 6);
  });

  it('draws tiers by the paired test: nested errors are told apart that overlapping intervals would not be', () => {
    const bits = (right: number) => Uint8Array.from({ length: 1000 }, (_, i) => Number(i < right));
    const given = (criterion: string, right: number) => ({ criterion, top1: right / 10 });
    const runs = [given('a', 900), given('b', 899), given('c', 885)];
    const withBits = runs.map((g) => runOf({ ...g, correct: bits(g.top1 * 10) }));
    expect(leaderboard(withBits, { ...RULES }).map((row) => row.tier)).toEqual([1, 1, 2]);
    expect(leaderboard(runs.map(runOf), { ...RULES }).map((row) => row.tier)).toEqual([1, 1, 1]);
    // 900 of 1,000 by the bootstrap over examples: 1.96 √(0.9 · 0.1 / 1000) = 1.86 points to either side
    const { bootstrap } = leaderboard(withBits, { ...RULES })[0]!.metrics[0]!;
    expect(bootstrap!.low).toBeCloseTo(90 - 1.86, 0);
    expect(bootstrap!.high).toBeCloseTo(90 + 1.86, 0);
    expect(leaderboard(runs.map(runOf), { ...RULES })[0]!.metrics[0]!.bootstrap).toBeNull();
  });

  it('takes the first run of a seed: rolling the dice again adds nothing', () => {
    const again = { finishedAt: '2026-02-01T00:00:00.000Z', run: 'again' };
    const rows = leaderboard(
      [runOf({ criterion: 'taylor', top1: 95, over: again }), runOf({ criterion: 'taylor', top1: 90 })],
      { ...RULES },
    );
    expect(rows[0]!.metrics[0]!.value).toBe(90);
    expect(rows[0]!.seeds).toEqual([0]);
  });

  it('names who submitted the newest run, and counts a dispute once for all runs of its submission', () => {
    const by = (name: string, openDisputes: number) => ({
      submission: `of ${name}`,
      submitter: { id: name, name },
      openDisputes,
    });
    const [row] = leaderboard(
      [by('ada', 2), by('ada', 2), by('bob', 1), by('cyd', 0)].map((over, seed) =>
        runOf({ criterion: 'taylor', top1: 90 + seed, seed, over }),
      ),
      { ...RULES },
    );
    expect(row).toMatchObject({ submitter: { name: 'cyd' }, openDisputes: 3 });
    expect(leaderboard([runOf({ criterion: 'taylor', top1: 90 })], { ...RULES })[0]).toMatchObject({
      submitter: null,
      openDisputes: 0,
    });
  });

  it('ranks targets, test splits and reported numbers apart', () => {
    const rows = leaderboard(
      [
        runOf({ criterion: 'a', top1: 70, over: { target: { axis: 'macs', value: 4, label: '4x' } } }),
        runOf({ criterion: 'b', top1: 90 }),
        runOf({
          criterion: 'c',
          top1: 91,
          over: { splitHash: 'b'.repeat(64), finishedAt: '2025-01-01T00:00:00.000Z' },
        }),
        runOf({ criterion: 'd', top1: 99, over: { provenance: 'reported' } }),
        runOf({ criterion: 'e', top1: 80 }),
      ],
      { ...RULES },
    );
    expect(rows.map((row) => [row.label[0], row.target.label, row.rank])).toEqual([
      ['b', '2x', 1],
      ['e', '2x', 2],
      ['c', '2x', 1],
      ['d', '2x', 1],
      ['a', '4x', 1],
    ]);
  });

  it('ranks rows with a regularizer by themselves, but compares them with the same random row', () => {
    const recipe = (criterion: string) => ({ criterion, regularizer: 'r', scope: 'global', finetune: { steps: 100 } });
    const rows = leaderboard(
      [
        runOf({ criterion: 'random', top1: 80 }),
        runOf({ criterion: 'a', top1: 85 }),
        runOf({ criterion: 'b', top1: 88, over: { recipe: recipe('b') } }),
        runOf({ criterion: 'c', top1: 84, over: { recipe: recipe('c') } }),
      ],
      { ...RULES },
    );
    expect(rows.map((row) => [row.label[0], row.rank, row.aboveRandom?.value])).toEqual([
      ['a', 1, expect.closeTo(5, 9)],
      ['r', 2, undefined],
      ['b', 1, expect.closeTo(8, 9)],
      ['c', 2, expect.closeTo(4, 9)],
    ]);
    expect(new Set(rows.map((row) => row.ranking)).size).toBe(2);
  });

  it('a regularizer in a later step of a recipe sets its row apart as one in the first does', () => {
    const next = { ...runOf({ criterion: 'b', top1: 88 }).recipe, next: [{ criterion: 'b', regularizer: 'r' }] };
    const given = [runOf({ criterion: 'a', top1: 85 }), runOf({ criterion: 'b', top1: 88, over: { recipe: next } })];
    expect(leaderboard(given, { ...RULES }).map(({ rank }) => rank)).toEqual([1, 1]);
  });

  it('keeps what papers do not print unknown, and draws no tiers from numbers without intervals', () => {
    const printed = (criterion: string, top1: number) =>
      runOf({
        criterion,
        top1,
        over: {
          provenance: 'reported',
          seed: null,
          seconds: null,
          finishedAt: null,
          latency: null,
          params: { base: null, left: null },
          metrics: [{ id: 'top1', phase: 'finetuned', value: top1, n: null }],
        },
      });
    const rows = leaderboard([printed('taylor', 78), printed('random', 77)], { ...RULES });
    expect(Row.parse(asContract(rows[0]!))).toEqual(rows[0]);
    expect(rows[0]).toMatchObject({ rank: 1, tier: null, seeds: [], seconds: null, at: null, params: { left: null } });
    expect(rows[0]!.metrics[0]).toMatchObject({ value: 78, low: null, high: null, n: null, std: null });
    expect(rows[0]!.aboveRandom).toEqual({ value: 1, low: null, high: null });
  });

  it('keeps a run without the metric off the ranks and behind the others', () => {
    const rows = leaderboard(
      [runOf({ criterion: 'a', top1: 0, over: { metrics: [] } }), runOf({ criterion: 'b', top1: 10 })],
      { ...RULES },
    );
    expect(rows.map((row) => [row.label[0], row.rank, row.tier])).toEqual([
      ['b', 1, 1],
      ['a', null, null],
    ]);
  });

  it('does not average the times of two machines', () => {
    const slow = { machine: 'm2', latency: { p50Ms: 20, p99Ms: 30, baseP50Ms: 40, batch: 1 } };
    const rows = leaderboard(
      [runOf({ criterion: 'a', top1: 90 }), runOf({ criterion: 'a', top1: 91, seed: 1, over: slow })],
      { ...RULES },
    );
    expect(rows[0]).toMatchObject({ machine: 'm2', latency: { p50Ms: 20, p99Ms: 30 } });
  });
});
