/** The leaderboard's facts and pictures: Pareto front against brute force, verdicts and ranks by hand. */
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, rankingsOf, rankText } from '../../../apps/web/src/features/leaderboard/rows.js';
import { verdict } from '../../../apps/web/src/features/leaderboard/verdict.js';
import { paretoFront } from '../../../apps/web/src/features/plot/pareto.js';
import { paretoData } from '../../../apps/web/src/features/plot/pareto-data.js';
import { smooth } from '../../../apps/web/src/features/plot/smooth.js';
import { blameOf } from '../../../apps/web/src/features/submission/failure.js';
import { matches } from '../../../apps/web/src/lib/match.js';

type Point = readonly [cost: number, value: number];
const axes = { cost: ([cost]: Point) => cost, value: ([, value]: Point) => value };

describe('the Pareto front', () => {
  it('keeps what nothing beats', () => {
    const points: Point[] = [
      [1, 70],
      [2, 85],
      [2, 80],
      [3, 84],
      [4, 90],
      [5, 90],
    ];
    expect(paretoFront(points, { ...axes, direction: 'higher' })).toEqual([
      [1, 70],
      [2, 85],
      [4, 90],
    ]);
    expect(paretoFront(points, { ...axes, direction: 'lower' })).toEqual([[1, 70]]);
  });
  it('treats costs within the tolerance as one cost', () => {
    const points: Point[] = [
      [0.98, 80],
      [1, 85],
      [2, 90],
    ];
    expect(paretoFront(points, { ...axes, direction: 'higher', tolerance: 0.03 })).toEqual([
      [1, 85],
      [2, 90],
    ]);
  });
  it('equals its definition', () => {
    const coordinate = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { maxLength: 30 }), (points) => {
        const beaten = ([c, v]: Point) => points.some(([d, w]) => d <= c && w >= v && (d < c || w > v));
        const expected = new Set(points.filter((point) => !beaten(point)).map(String));
        expect(new Set(paretoFront<Point>(points, { ...axes, direction: 'higher' }).map(String))).toEqual(expected);
      }),
    );
  });
  it('has no place for what is not finite', () =>
    expect(
      paretoFront<Point>(
        [
          [Number.NaN, 1],
          [1, Number.POSITIVE_INFINITY],
        ],
        { ...axes, direction: 'higher' },
      ),
    ).toEqual([]));
});

const top1: MetricDescription = {
  id: 'top1',
  title: 'Top-1',
  unit: '%',
  direction: 'higher',
  digits: 2,
  estimator: 'share',
  bounds: [0, 100],
};
const board = {
  id: 'b',
  targets: [2, 4].map((value) => ({ axis: 'macs', value, label: `${value}x` })),
  base: { metrics: [{ id: 'top1', value: 90, n: 1000 }], params: 100, macs: { pure: 1e6, published: 1e6 } },
} as unknown as Board;

const row = (id: string, value: number, rank: number, tier: number, above: [number, number, number], x = 2): Row =>
  ({
    id,
    rank,
    tier,
    ranking: `${x}x`,
    provenance: 'measured',
    division: 'closed',
    splitHash: 'abc',
    submission: id,
    label: id,
    recipe: { criterion: id },
    target: { axis: 'macs', value: x, label: `${x}x` },
    metrics: [{ id: 'top1', phase: 'finetuned', value, low: value - 0.5, high: value + 0.5, n: 3 }],
    aboveRandom: { value: above[0], low: above[1], high: above[2] },
    macs: { pure: { base: 1e6, left: 1e6 / x }, published: { base: 1e6, left: 1e6 / x } },
  }) as unknown as Row;

const rows = [
  row('taylor', 88, 1, 1, [3, 2.5, 3.5]),
  row('l2', 87.9, 1, 1, [2.9, 2.4, 3.4]),
  row('weak', 85.2, 3, 2, [0.2, -0.4, 0.8]),
  row('random', 85, 4, 2, [0, 0, 0]),
  row('taylor', 80, 1, 1, [5, 4, 6], 4),
  row('random', 75, 2, 2, [0, 0, 0], 4),
].map((one, i) => ({ ...one, id: `row-${i}` }));
const paper: Row = { ...row('paper', 99, 1, 1, [0, 0, 0]), id: 'paper', ranking: 'paper', provenance: 'reported' };

describe('a leaderboard', () => {
  it('marks shared ranks, apart from those of reported rows', () => {
    const two = [...rows.slice(0, 4), paper];
    expect(two.map((one) => rankText(one, two))).toEqual(['1=', '1=', '3', '4', '1']);
    expect(rankText({ ...rows[0]!, rank: null }, two)).toBe('–');
  });
  it('keeps divisions and test splits apart', () => {
    const open: Row = { ...rows[0]!, id: 'open', ranking: '2x open', division: 'open' };
    const other: Row = { ...rows[0]!, id: 'other', ranking: '2x other', splitHash: 'def' };
    const all = [...rows.slice(0, 4), open, other, paper];
    expect(rankingsOf(all).map(({ kind, splitHash, rows: members }) => [kind, splitHash, members.length])).toEqual([
      ['closed', 'abc', 4],
      ['open', 'abc', 1],
      ['closed', 'def', 1],
      ['reported', 'abc', 1],
    ]);
    expect(rankText(open, all)).toBe('1');
    expect(verdict(all, top1, '2x')).toEqual(verdict(rows.slice(0, 4), top1, '2x'));
  });
  it('says who leads, how surely, and who is no better than chance', () => {
    expect(verdict(rows.slice(0, 4), top1, '2x')).toEqual([
      'taylor leads at 2x with 88.0 ± 0.5 %.',
      'That is 3.0 ± 0.5 pp above random pruning.',
      'The first 2 cannot be told apart.',
      '1 method cannot be told from random.',
    ]);
    expect(verdict([paper], top1, '2x')[0]).toBe('In papers, paper leads at 2x with 99.0 ± 0.5 %.');
  });
  it('measures changes from the base model', () =>
    expect(changeOf(rows[0]!, board, top1)).toEqual({ value: -2, low: -2.5, high: -1.5 }));
  it('draws the front without reported rows, and the random bar from the base on', () => {
    const data = paretoData(board, [...rows, paper], top1, { target: '2x' });
    expect(data.front).toEqual([
      { cost: 0.25, value: 80 },
      { cost: 0.5, value: 88 },
      { cost: 1, value: 90 },
    ]);
    expect(data.random.map(({ cost, value }) => [cost, value])).toEqual([
      [1, 90],
      [0.5, 85],
      [0.25, 75],
    ]);
    expect(data.points.filter(({ inTarget }) => inTarget).length).toBe(5);
    expect(data.x.ticks?.map(({ at, lines }) => [at, lines])).toEqual([
      [1, ['1x', '1\u202fM']],
      [0.5, ['2x', '0.5\u202fM']],
      [0.25, ['4x', '0.25\u202fM']],
    ]);
  });
});

describe('small parts', () => {
  it('a running mean keeps lines straight and does not lag', () => {
    const ramp = Array.from({ length: 30 }, (_, i) => 3 * i + 1);
    for (const [i, value] of smooth(ramp).entries()) expect(value).toBeCloseTo(ramp[i]!, 10);
    expect(smooth([])).toEqual([]);
  });
  it('search wants every word', () => {
    expect(matches('resnet CIFAR', 'ResNet-20 on CIFAR-10')).toBe(true);
    expect(matches('resnet imagenet', 'ResNet-20', null, undefined)).toBe(false);
    expect(matches(null, 'anything')).toBe(true);
  });
  it('blame follows the status as the API assigns it', () =>
    expect([400, 404, 409, 422, 503, 500].map((status) => blameOf({ status }))).toEqual([
      'caller',
      'caller',
      'caller',
      'caller',
      'operator',
      'topiary',
    ]));
});
