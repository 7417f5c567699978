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
  const interval = (half: number, value = 50) => ({ value, low: value - half, high: value + half });

  it('is fit where its interval is at most 3 points to either side, gets seeds up to twelve, and is unfit then', () => {
    const percent = { metric: top1, base: 90 };
    expect(controlVerdict(interval(2.9), 3, percent)).toBe('fit');
    expect(controlVerdict(interval(3.1), 3, percent)).toBe('more seeds');
    expect(controlVerdict(interval(3.1), 12, percent)).toBe('unfit');
    expect(controlVerdict({ value: 50, low: null, high: null }, 1, percent)).toBe('more seeds');
    // a mean and a set between two ends have a hundred points as a share has
    const iou: MetricScale = { estimator: 'mean', bounds: [0, 1], direction: 'higher' };
    expect(controlVerdict(interval(0.029, 0.5), 3, { metric: iou, base: 0.9 })).toBe('fit');
    expect(controlVerdict(interval(0.031, 0.5), 12, { metric: iou, base: 0.9 })).toBe('unfit');
  });

  it('of a metric without a worst value is known to a part of its distance from the base, in whatever unit', () => {
    // a base of 0.026, random at 0.034: three twentieths of 0.008 are 0.0012
    const verdict = (half: number, seeds: number, unit: number) =>
      controlVerdict(interval(half * unit, 0.034 * unit), seeds, { metric: loss, base: 0.026 * unit });
    for (const unit of [0.001, 1, 1000]) {
      expect(verdict(0.00115, 3, unit)).toBe('fit');
      expect(verdict(0.00125, 3, unit)).toBe('more seeds');
      expect(verdict(0.00125, 12, unit)).toBe('unfit');
    }
    // nothing is known of the base: of the way from 0
    expect(controlVerdict(interval(0.0049, 0.034), 3, { metric: loss, base: null })).toBe('fit');
    expect(controlVerdict(interval(0.0052, 0.034), 3, { metric: loss, base: null })).toBe('more seeds');
  });
});
