/** Sorting by several columns, curves between targets, rows in LaTeX: by hand, and by what must always hold. */
import type { Row } from '@topiary/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { differences } from '../../../apps/web/src/features/compare/differences.js';
import { at, type CurvePoint, meanBetween, standings } from '../../../apps/web/src/features/curves/series.js';
import { escapeTex } from '../../../apps/web/src/features/leaderboard/export.js';
import { parseSort, pressed, sortText } from '../../../apps/web/src/features/leaderboard/sorting.js';
import { linearScale, logScale } from '../../../apps/web/src/features/plot/scale.js';
import { cffOf } from '../../../apps/web/src/features/row/cite.js';

describe('a press on a header', () => {
  const first = { name: 'top1', down: true };
  it('sorts, turns round, and lets go', () => {
    const once = pressed([], first, false);
    const twice = pressed(once, first, false);
    expect([once, twice, pressed(twice, first, false)]).toEqual([[first], [{ name: 'top1', down: false }], []]);
  });
  it('with Shift adds its column behind the others and leaves their order alone', () => {
    const both = pressed([first], { name: 'params', down: false }, true);
    expect(sortText(both)).toBe('-top1,params');
    expect(sortText(pressed(both, first, true))).toBe('top1,params');
    expect(sortText(pressed(pressed(both, first, true), first, true))).toBe('params');
  });
  it('survives the address', () => {
    const part = fc.record({ name: fc.constantFrom('top1', 'params', 'above-random'), down: fc.boolean() });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(parseSort(sortText(parts))).toEqual(parts);
      }),
    );
  });
});

const point = (speedup: number, value: number, half: number | null = 1): CurvePoint => ({
  row: `${speedup}`,
  speedup,
  value,
  low: half === null ? null : value - half,
  high: half === null ? null : value + half,
});

describe('a curve between its points', () => {
  it('is linear in the logarithm of the speed-up: half-way between 2x and 8x lies 4x', () => {
    expect(at([point(2, 90, 1), point(8, 70, 3)], 4)).toEqual({ value: 80, low: 78, high: 82 });
  });
  it('is never prolonged beyond what was measured', () => {
    expect(at([point(2, 90), point(4, 80)], 1.5)).toBeNull();
    expect(at([point(2, 90), point(4, 80)], 4.5)).toBeNull();
  });
  it('has no interval where an end has none', () =>
    expect(at([point(2, 90, null), point(8, 70)], 4)).toEqual({ value: 80, low: null, high: null }));
  it('stays between its neighbours', () =>
    fc.assert(
      fc.property(fc.double({ min: 2, max: 8, noNaN: true }), fc.integer(), fc.integer(), (speedup, a, b) => {
        const found = at([point(2, a), point(8, b)], speedup)!;
        expect(found.value).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-6 * Math.abs(a - b));
        expect(found.value).toBeLessThanOrEqual(Math.max(a, b) + 1e-6 * Math.abs(a - b));
      }),
    ));
  it('has a mean height over the logarithm of the speed-up: of a straight line the middle of its ends', () => {
    expect(meanBetween([point(2, 90), point(8, 70)], 2, 8)).toBeCloseTo(80, 9);
    // 90 to 80 over one doubling, 80 to 40 over the next: (85 + 60) / 2
    expect(meanBetween([point(2, 90), point(4, 80), point(8, 40)], 2, 8)).toBeCloseTo(72.5, 9);
    expect(meanBetween([point(2, 90), point(4, 80)], 2, 8)).toBeNull();
  });
  it('decides the order, and whoever does not reach the speed-up is left out', () => {
    const series = (id: string, points: CurvePoint[]) => ({ id, label: id, provenance: 'measured' as const, points });
    const all = [
      series('falls', [point(2, 95), point(8, 55)]),
      series('holds', [point(2, 85), point(8, 75)]),
      series('short', [point(2, 99), point(3, 98)]),
    ];
    const names = (speedup: number) => standings(all, speedup, 'higher').map(({ series: one }) => one.id);
    expect([names(2.2), names(6)]).toEqual([
      ['short', 'falls', 'holds'],
      ['holds', 'falls'],
    ]);
  });
});

it('a row is cited in YAML that a reader of citation files takes, whatever people call it', () => {
  const row = {
    id: 'a',
    label: 'say "hi": \\n # no comment',
    target: { axis: 'macs', value: 2, label: '2x' },
    at: '2026-05-04T09:12:33.120Z',
    submitter: { id: 'p', name: 'Ada: Lovelace' },
    source: null,
  } as unknown as Row;
  const found = parse(cffOf({ board: { title: 'B' }, row, address: 'https://topiary.example/x' }));
  expect(found).toMatchObject({
    'cff-version': '1.2.0',
    type: 'dataset',
    title: 'say "hi": \\n # no comment on B at 2x',
    authors: [{ name: 'Ada: Lovelace' }],
    url: 'https://topiary.example/x',
  });
});

it('text for LaTeX has no character left that LaTeX would read', () => {
  expect(escapeTex('50 % of a_b & #1 · {x}')).toBe('50 \\% of a\\_b \\& \\#1 $\\cdot$ \\{x\\}');
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bare = escapeTex(text)
        .replace(/\\textbackslash\{\}|\\textasciitilde\{\}|\\textasciicircum\{\}|\$-\$|\$\\cdot\$/g, '')
        .replace(/\\[&%$#_{},]/g, '');
      expect(bare).not.toMatch(/[&%$#_{}\\~^]/);
    }),
  );
});

it('a comparison warns of what was not made alike, and of nothing else', () => {
  const row = {
    target: { axis: 'macs', value: 2, label: '2x' },
    provenance: 'measured',
    division: 'closed',
    splitHash: 'a',
    machine: 'm',
    recipe: { finetune: { steps: 400 } },
  } as unknown as Row;
  expect(differences([row, { ...row, label: 'another' }])).toEqual([]);
  const found = differences([row, { ...row, provenance: 'reported', recipe: { finetune: { steps: 4000 } } }]);
  expect(found).toHaveLength(2);
  expect(found.join(' ')).toMatch(/measured, reported/);
  // a database writes the keys of a recipe in an order of its own
  const trained = (finetune: object) => ({ ...row, recipe: { finetune } });
  expect(differences([trained({ steps: 9, lr: 0.1 }), trained({ lr: 0.1, steps: 9 })])).toEqual([]);
});

describe('a scale', () => {
  it('puts the ends where they belong, and on a logarithm every doubling is one step', () => {
    expect([10, 15, 20].map(linearScale([10, 20], [0, 100]))).toEqual([0, 50, 100]);
    expect([1, 2, 4, 8].map(logScale([1, 8], [0, 300]))).toEqual([0, 100, 200, 300]);
    expect(linearScale([3, 3], [0, 100])(3)).toBe(50);
  });
  it('has marks inside of its domain', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.double({ min: 1.1, max: 1e4, noNaN: true }),
        (from, ratio) => {
          const found = logScale([from, from * ratio], [0, 100]).ticks(5);
          expect(found.length).toBeGreaterThan(0);
          expect(found.length).toBeLessThanOrEqual(12);
          for (const value of found) expect(value >= from && value <= from * ratio).toBe(true);
        },
      ),
    ));
});
