/** The acceptance simulation in small; `tests/long` and `scripts/experiments/interval-coverage.ts` run it in full. */
import { describe, expect, it } from 'vitest';
import { measureCoverage } from '../../../scripts/experiments/coverage.js';

describe('intervals on rankings whose truth is known', () => {
  it('hold it and tell no method from itself, as often as they should', () => {
    const found = measureCoverage({ rows: 16, examples: 1000, seeds: 3, points: 1.5 }, 16, 1);
    // 256 rows: a deviation of 1.5 points around what the long test finds
    expect(found.covered).toBeGreaterThan(90);
    expect(found.covered).toBeLessThan(100);
    expect(found.falseAlarms).toBeLessThan(8);
    expect(found.falseAlarmsRivals).toBeLessThan(8);
  });
});
