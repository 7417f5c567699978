/** Rows of a metric of the whole set: what resamples say of a row and of two, on sets that are really drawn. */
import { compareRows, knowledgeOf, type RunRecord, rankedBoard, unpackNumbers } from '@topiary/stats';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

const [RESAMPLES, N] = [400, 200];

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const draws = Array.from({ length: RESAMPLES }, (_, i) => {
  const random = randomFrom(`draw/${i}`);
  return Array.from({ length: N }, () => random.below(N));
});
/** What is hard about each example, for everybody: uniform on 20. */
const hard = Array.from(
  { length: N },
  (
    (random) => () =>
      20 * (random.unit() - 0.5)
  )(randomFrom('hard')),
);

const METRIC = { id: 'quality', direction: 'higher', estimator: 'set', bounds: [0, 100] } as const;

/** A number per example, and the metric of the set their mean, so that everything is known by formula as well. */
const runs = (criterion: string, level: number, seeds: number): RunRecord[] =>
  Array.from({ length: seeds }, (_, seed) => {
    const random = randomFrom(`${criterion}/${seed}`);
    const values = hard.map((x) => level + x + 2 * (random.unit() - 0.5) + 0.2 * (seed - (seeds - 1) / 2));
    return {
      run: `${criterion}/${seed}`,
      submission: criterion,
      label: criterion,
      division: 'closed',
      recipe: { criterion },
      recipeHash: criterion,
      provenance: 'measured',
      target: { axis: 'macs', value: 2, label: '2x' },
      seed,
      achieved: 2,
      flags: [],
      metrics: [{ id: 'quality', phase: 'finetuned', value: mean(values), n: N }],
      params: { base: 10, left: 5 },
      macs: { pure: { base: 10, left: 5 }, published: { base: 10, left: 5 } },
      latency: null,
      machine: 'm',
      protocol: 'p',
      splitHash: 's',
      seconds: 1,
      stepSeconds: 1,
      epochSeconds: 1,
      finishedAt: `2026-01-0${seed + 1}T00:00:00.000Z`,
      answers: Float32Array.from(draws, (draw) => mean(draw.map((i) => values[i]!))),
    };
  });

const RULES = {
  metrics: [METRIC],
  phases: ['base', 'finetuned'],
  control: null,
  apart: [],
  drawn: { prune: { solve: null, steps: 1 }, suite: null },
};
const all = [...runs('low', 40, 3), ...runs('high', 50, 3), ...runs('near', 49, 3)];
const withoutAnswers = all.map(({ answers: _, ...run }) => run);

describe('a leaderboard of sets', () => {
  const [withThem, bare] = [rankedBoard(all, RULES), rankedBoard(withoutAnswers, RULES)];
  const rowOf = (board: typeof withThem, label: string) => board.rows.find((row) => row.label === label)!;
  const width = (board: typeof withThem, label: string) => {
    const [{ low, high } = { low: null, high: null }] = rowOf(board, label).metrics;
    return high! - low!;
  };

  it('counts what the examples leave open in the interval of a row', () => {
    // a uniform number on 20 has a deviation of 20 / √12; seeds add little
    const examples = (2 * 1.96 * 20) / Math.sqrt(12 * N);
    expect(width(withThem, 'high')).toBeGreaterThan(0.85 * examples);
    expect(width(withThem, 'high')).toBeLessThan(1.5 * examples);
    expect(width(bare, 'high')).toBeLessThan(0.75 * width(withThem, 'high'));
    expect(rowOf(withThem, 'high').metrics[0]!.interval).toBe('seeds and examples');
    expect(rowOf(bare, 'high').metrics[0]!.interval).toBe('seeds');
  });

  it('pairs the examples of two rows, so that what is hard for both cancels out', () => {
    const knowledge = (label: string) => knowledgeOf(rowOf(withThem, label))!;
    const [a, b] = [knowledge('high'), knowledge('near')];
    const found = compareRows(a.evidence, b.evidence, METRIC, a.ranking.spread)!;
    expect(found.isPaired).toBe(true);
    expect(found.difference).toBeCloseTo(1, 0);
    expect(found.high - found.low).toBeLessThan(0.7 * width(withThem, 'high'));
    expect(found.p).toBeLessThan(0.05);
  });

  it('takes no resamples of some runs alone', () => {
    const some = rankedBoard([...all.slice(0, 1), ...withoutAnswers.slice(1)], RULES);
    expect(rowOf(some, 'low').metrics[0]!.interval).toBe('seeds');
  });
});

it('numbers come back as they were stored, wherever they lie in the file', () => {
  const bytes = new Uint8Array(Float32Array.from([0, 1.5, -2.25, 63.4]).buffer);
  const within = new Uint8Array(21);
  within.set(bytes, 3);
  expect([...unpackNumbers(within.subarray(3, 19))]).toEqual([0, 1.5, -2.25, Math.fround(63.4)]);
});
