/** Numbers as the site writes them, against values worked out by hand. */
import { describe, expect, it } from 'vitest';
import { decimalWidths, splitDecimal } from '../../../apps/web/src/lib/decimal.js';
import {
  decimalsFor,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatShare,
  formatSigned,
  measure,
  measureText,
  scaleFor,
} from '../../../apps/web/src/lib/format.js';

const MINUS = '\u2212';
const THIN = '\u202f';
const percent = { digits: 2, unit: '%' };
const text = (value: number, half: number, how: Parameters<typeof measure>[1] = percent) =>
  measureText(measure({ value, low: value - half, high: value + half }, how));

describe('a measured number', () => {
  it.each([
    [92.4137, 0.3, '92.4 ± 0.3 %'],
    [92.4137, 0.31, '92.4 ± 0.3 %'],
    [92.4137, 0.12, '92.41 ± 0.12 %'],
    [92.4137, 0.096, '92.41 ± 0.10 %'],
    [92.4137, 1.2, '92.4 ± 1.2 %'],
    [92.4137, 4.4, '92 ± 4 %'],
    [92.4137, 23, '92 ± 23 %'],
    [-0.004, 0.3, '0.0 ± 0.3 %'],
  ])('%f ± %f', (value, half, expected) => expect(text(value, half)).toBe(expected));

  it('shows the descriptor’s digits when there is no interval', () => expect(text(92.4137, 0)).toBe('92.41 %'));
  it('does not pretend to more digits than the descriptor has', () =>
    expect(text(92.4137, 0.0004)).toBe('92.41 ± <0.01 %'));
  it('takes the wider side of a lopsided interval', () =>
    expect(measureText(measure({ value: 90, low: 89.9, high: 90.6 }, percent))).toBe('90.0 ± 0.6 %'));
  it('signs differences with a true minus', () => {
    expect(text(3.21, 0.5, { digits: 2, unit: 'pp', signed: true })).toBe('+3.2 ± 0.5 pp');
    expect(text(-1.48, 0.5, { digits: 2, unit: 'pp', signed: true })).toBe(`${MINUS}1.5 ± 0.5 pp`);
    expect(formatSigned(-0.04, 1)).toBe('0.0');
  });
  it('never claims a negative number of decimals', () => expect(decimalsFor(1e6, 2)).toBe(0));
});

describe('counts', () => {
  // Published sizes: ResNet-18 (224) and the CIFAR ResNet-56.
  it.each([
    [11_689_512, `11.7${THIN}M`],
    [853_018, `853${THIN}k`],
    [125_485_696, `125${THIN}M`],
    [1_814_073_344, `1.81${THIN}G`],
    [999, '999'],
    [0, '0'],
  ])('%d', (value, expected) => expect(formatCount(value)).toBe(expected));

  it('keeps one scale for a column', () => {
    const scale = scaleFor(1_200_000);
    expect([1_200_000, 45_000].map((value) => formatCount(value, scale))).toEqual([`1.20${THIN}M`, `0.05${THIN}M`]);
  });
  it('shares and bytes', () => {
    expect(formatShare(537_530, 853_018)).toBe(`63${THIN}%`);
    expect(formatBytes(2_150_000)).toBe(`2.15${THIN}MB`);
  });
});

describe('time', () => {
  it.each([
    [0.42, '0.4 s'],
    [59.6, '1 min'],
    [84, '1 min 24 s'],
    [3600, '1 h'],
    [9240, '2 h 34 min'],
    [200_000, '2 d 7 h'],
  ])('%f seconds', (seconds, expected) => expect(formatDuration(seconds)).toBe(expected));

  it('is told from now, and as a date when it is long ago', () => {
    const now = Date.parse('2026-05-01T12:00:00Z');
    expect(formatAgo('2026-05-01T11:57:00Z', now)).toBe('3 min. ago');
    expect(formatAgo('2026-01-01T00:00:00Z', now)).toBe('2026-01-01');
  });
});

describe('alignment on the decimal point', () => {
  it('splits at the last point only', () => {
    expect(splitDecimal('1,204.50')).toEqual({ left: '1,204', right: '.50' });
    expect(splitDecimal('12')).toEqual({ left: '12', right: '' });
  });
  it('leaves room for the longest part on either side', () => {
    // '100' is three figures wide; '.25' two figures and a point, half as wide as a figure.
    expect(decimalWidths(['9.25', '100', `${MINUS}1.5`])).toEqual({ left: 3, right: 2.5 });
    expect(decimalWidths([])).toEqual({ left: 0, right: 0 });
  });
});
