/** The Pareto front of a plot, against brute force. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../../apps/web/src/features/plot/pareto.js';

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
