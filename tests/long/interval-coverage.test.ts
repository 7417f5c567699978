/** Acceptance of intervals and tests by simulation: N = 4,000, five combinations of seeds and seed noise. */
import { describe, expect, it } from 'vitest';
import { ACCEPTANCE, measureCoverage } from '../../scripts/experiments/coverage.js';

describe('intervals on rankings whose truth is known', () => {
  it.each(ACCEPTANCE.map(([setting, limits]) => [setting.seeds, setting.points, setting, limits] as const))(
    'hold it, over %i seeds that differ by %f points in the median',
    (_seeds, _points, setting, limits) => {
      const found = measureCoverage(setting, 150, 77);
      expect(found.covered).toBeGreaterThanOrEqual(limits.covered);
      expect(found.coveredNoisier).toBeGreaterThanOrEqual(limits.noisier);
      expect(found.falseAlarms).toBeLessThanOrEqual(limits.falseAlarms);
      expect(found.falseAlarmsRivals).toBeLessThanOrEqual(limits.falseAlarms);
    },
  );
});
