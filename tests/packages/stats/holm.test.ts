/** Holm's correction against R's p.adjust(…, 'holm') and by hand. */
import { holm } from '@topiary/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe("Holm's correction", () => {
  it('gives what p.adjust gives', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('rejects what stepping down through the sorted values rejects', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { maxLength: 20 }), (ps) => {
        const sorted = [...ps].sort((a, b) => a - b);
        const stop = sorted.findIndex((p, k) => p * (ps.length - k) >= 0.05);
        const rejected = new Set(sorted.slice(0, stop < 0 ? ps.length : stop));
        const adjusted = holm(ps);
        ps.forEach((p, i) => {
          // a value that stands twice is rejected as a whole or, at the edge, in part: its lowest decides
          if (sorted.filter((other) => other === p).length === 1) expect(adjusted[i]! < 0.05).toBe(rejected.has(p));
        });
      }),
    );
  });
});
