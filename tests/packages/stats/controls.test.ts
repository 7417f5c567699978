/** Rows beside random pruning and shuffled channels, by hand. */
import { besideControls, controlVerdict, evidenceOf, type MetricScale, type RowEvidence } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
const loss: MetricScale = { estimator: 'mean', bounds: [0, null], direction: 'lower' };
const spread = { variance: 0.001, df: 4, rows: 12 };

const row = (metric: MetricScale, ...values: number[]): RowEvidence =>
  evidenceOf({ id: 'row', values, examples: 4000, answers: null }, metric);

describe('a row beside its controls', () => {
  it('stands so many points above random, of which the widths explain a part and the choice of channels the rest', () => {
    const [own, random, shuffled] = [row(top1, 80, 81, 79), row(top1, 60, 60, 60), row(top1, 75, 74, 76)];
    const found = besideControls(own, { random, shuffled }, { metric: top1, spread });
    expect(found.aboveRandom!.difference).toBeCloseTo(20, 10);
    expect(found.byWidths!.difference).toBeCloseTo(15, 10);
    expect(found.byChoice!.difference).toBeCloseTo(5, 10);
    expect(found.widthShare).toBeCloseTo(0.75, 10);
    expect(found.aboveRandom!.low).toBeGreaterThan(0);
  });

  it('is better by what is smaller where less is better', () => {
    const [own, random] = [row(loss, 1, 1.1), row(loss, 3, 3.2)];
    const found = besideControls(own, { random, shuffled: null }, { metric: loss, spread });
    expect(found.aboveRandom!.difference).toBeCloseTo(2.05, 10);
    expect(found).toMatchObject({ byWidths: null, byChoice: null, widthShare: null });
  });

  it('has no share of a distance that cannot be told from none', () => {
    const [own, random, shuffled] = [row(top1, 60, 70, 50), row(top1, 59, 66, 52), row(top1, 61, 60, 62)];
    const found = besideControls(own, { random, shuffled }, { metric: top1, spread });
    expect(found.aboveRandom!.p).toBeGreaterThan(0.05);
    expect(found.widthShare).toBeNull();
  });
});

describe('the control itself', () => {
  it('is fit where its interval is at most 3 points to either side, gets seeds up to twelve, and is unfit then', () => {
    const interval = (half: number) => ({ value: 50, low: 50 - half, high: 50 + half });
    expect(controlVerdict(interval(2.9), 3)).toBe('fit');
    expect(controlVerdict(interval(3.1), 3)).toBe('more seeds');
    expect(controlVerdict(interval(3.1), 12)).toBe('unfit');
    expect(controlVerdict({ value: 50, low: null, high: null }, 1)).toBe('more seeds');
    expect(controlVerdict(interval(0.2), 12, { halfWidth: 0.1 })).toBe('unfit');
  });
});
