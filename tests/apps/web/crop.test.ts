/** What a plot cuts off: the worst outliers and what reaches far below, never what is better than the others. */
import { describe, expect, it } from 'vitest';
import { beyond, valueDomain } from '../../../apps/web/src/features/plot/crop.js';
import type { ParetoData } from '../../../apps/web/src/features/plot/pareto-data.js';

const data = (values: readonly number[], half: number, direction: 'higher' | 'lower' = 'higher') =>
  ({
    points: values.map((value, i) => ({ id: `${i}`, label: `${i}`, value, low: value - half, high: value + half })),
    control: [],
    curves: [],
    base: null,
    y: { direction },
  }) as unknown as ParetoData;

describe('a plot', () => {
  const rows = [90, 89, 88, 87, 86, 85, 51];

  it('cuts off one bad row, names it, and shows it whole on demand', () => {
    const [low, high] = valueDomain(data(rows, 1), false);
    expect(low).toBeGreaterThan(80);
    expect(low).toBeLessThan(85);
    expect(high).toBe(91);
    expect(beyond(data(rows, 1), false).map(({ value }) => value)).toEqual([51]);
    expect(valueDomain(data(rows, 1), true)).toEqual([50, 91]);
    expect(beyond(data(rows, 1), true)).toEqual([]);
  });

  it('does not follow an interval as wide as the axis', () => {
    const wide = data(rows.slice(0, 6), 1);
    const points = [...wide.points.slice(0, 5), { ...wide.points[5]!, low: 5, high: 99 }];
    const [low] = valueDomain({ ...wide, points }, false);
    expect(low).toBeGreaterThan(80);
  });

  it('keeps what is far better, and knows that of a distance less is better', () => {
    expect(valueDomain(data([99, 51, 50, 50, 49, 49], 0), false)[1]).toBe(99);
    const distances = data([1, 2, 2, 3, 3, 40], 0, 'lower');
    expect(valueDomain(distances, false)[0]).toBe(1);
    expect(beyond(distances, false).map(({ value }) => value)).toEqual([40]);
  });

  it('of four rows cuts off none', () => {
    expect(beyond(data([90, 89, 88, 10], 1), false)).toEqual([]);
  });
});
