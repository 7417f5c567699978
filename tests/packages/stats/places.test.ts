/** Places of a ranking, by hand: rows with known variances whose differences are far from or near to what can be told. */
import { evidenceOf, familyPlaces, type MetricScale, type RowEvidence } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
const loss: MetricScale = { estimator: 'mean', bounds: [0, null], direction: 'lower' };
/** Seeds differ by half a point or so. */
const spread = { variance: (0.005 / 0.16) ** 2, df: 4, rows: 12 };

const row = (id: string, ...values: number[]): RowEvidence =>
  evidenceOf({ id, values, examples: 4000, answers: null }, top1);

const rows = [
  row('c', 60, 60.4, 59.7),
  row('a', 90, 90.2, 89.9),
  row('b', 80, 80.6, 79.2),
  row('b2', 80.2, 80.4, 80.3),
];

const texts = (places: readonly { readonly id: string; readonly text: string }[]) =>
  places.map(({ id, text }) => `${id} ${text}`);

describe('places', () => {
  it('are single where a row differs from all others, and a range over those it cannot be told from', () => {
    const { places, pairs } = familyPlaces(rows, { metric: top1, spread });
    expect(texts(places)).toEqual(['a 1', 'b2 2-3', 'b 2-3', 'c 4']);
    expect(pairs.filter(({ stands }) => !stands)).toEqual([
      { better: 'b2', worse: 'b', p: expect.any(Number), stands: false },
    ]);
  });

  it('of rows that nothing tells apart are all of them', () => {
    const alike = ['x', 'y', 'z'].map((id, i) => row(id, 70 + i / 10, 71, 70));
    expect(texts(familyPlaces(alike, { metric: top1, spread }).places)).toEqual(['z 1-3', 'y 1-3', 'x 1-3']);
  });

  it('start at the smallest value where less is better', () => {
    const losses = [3, 1, 2].map((value) =>
      evidenceOf({ id: `${value}`, values: [value, value + 0.01], examples: null, answers: null }, loss),
    );
    const { places, placeOf } = familyPlaces(losses, { metric: loss, spread: { variance: 1e-4, df: 4, rows: 9 } });
    expect(texts(places)).toEqual(['1 1', '2 2', '3 3']);
    const own = evidenceOf({ id: 'own', values: [1.5, 1.5], examples: null, answers: null }, loss);
    expect(placeOf(own).text).toBe('2');
  });

  it('of a submission are found against the family, and move nobody', () => {
    const family = familyPlaces(rows, { metric: top1, spread });
    const before = JSON.stringify(family.places);
    expect(family.placeOf(row('own', 95, 95.1, 95)).text).toBe('1');
    expect(family.placeOf(row('own', 80.1, 80.3, 80)).text).toBe('2-4');
    expect(family.placeOf(row('own', 20, 20.3, 20)).text).toBe('5');
    expect(JSON.stringify(family.places)).toBe(before);
  });

  it('leave untested rows anywhere: one seed each, and no spread to borrow', () => {
    const single = [row('x', 90), row('y', 10)];
    const { places, pairs } = familyPlaces(single, { metric: top1, spread: null });
    expect(texts(places)).toEqual(['x 1-2', 'y 1-2']);
    expect(pairs[0]!.p).toBeNull();
  });

  it('say what level the next pair has to meet', () => {
    // six pairs, five stand: the sixth is corrected by one
    expect(familyPlaces(rows, { metric: top1, spread }).nextLevel).toBe(0.05);
    const alike = ['x', 'y', 'z'].map((id) => row(id, 70, 71, 70));
    expect(familyPlaces(alike, { metric: top1, spread }).nextLevel).toBeCloseTo(0.05 / 3, 12);
  });
});
