/** How often the project's intervals hold the truth and its tests cry wolf, on rankings whose truth is known. */
import { evidenceOf, type MetricScale, pValue, rowInterval, type SeedSpread, seedSpread } from '@topiary/stats';
import { type Setting, type SimulatedRow, simulateRanking } from './simulated-rows.js';

export interface Coverage extends Setting {
  readonly rankings: number;
  /** Percent of intervals that hold the truth, over all rows and over the half whose seeds differ more. */
  readonly covered: number;
  readonly coveredNoisier: number;
  /** Of rows of which one seed is known, and the spread borrowed from the others. */
  readonly coveredBorrowed: number;
  /** Percent of null pairs with p < 0.05: one method with two sets of seeds, and two methods of one accuracy. */
  readonly falseAlarms: number;
  readonly falseAlarmsRivals: number;
  /** Mean half-width of an interval, in points. */
  readonly halfWidth: number;
}

const TOP1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };

const covers = (row: SimulatedRow, runs: SimulatedRow, spread: SeedSpread | null) => {
  const { low, high } = rowInterval(evidenceOf(runs, TOP1), TOP1, spread);
  return { isCovered: low! <= row.truth && row.truth <= high!, half: (high! - low!) / 2 };
};

const percent = (hits: readonly boolean[]): number => (100 * hits.filter(Boolean).length) / hits.length;

export const measureCoverage = (setting: Setting, rankings: number, seed: number): Coverage => {
  const rows = Array.from({ length: rankings }, (_, r) => {
    const found = simulateRanking(setting, seed + r);
    const evidence = found.rows.map((row) => evidenceOf(row, TOP1));
    const spread = seedSpread(evidence);
    const median = found.rows.map(({ deviation }) => deviation).sort((a, b) => a - b)[setting.rows >> 1]!;
    return found.rows.map((row, i) => {
      const others = seedSpread(evidence.filter((_, k) => k !== i));
      const one = { ...row, values: row.values.slice(0, 1), answers: row.first };
      const isAlarm = (other: SimulatedRow) => pValue(evidence[i]!, evidenceOf(other, TOP1), spread)! < 0.05;
      return {
        ...covers(row, row, spread),
        isNoisier: row.deviation >= median,
        isCoveredBorrowed: covers(row, one, others).isCovered,
        isAlarm: isAlarm(found.again[i]!),
        isAlarmRival: isAlarm(found.rivals[i]!),
      };
    });
  }).flat();
  return {
    ...setting,
    rankings,
    covered: percent(rows.map(({ isCovered }) => isCovered)),
    coveredNoisier: percent(rows.filter(({ isNoisier }) => isNoisier).map(({ isCovered }) => isCovered)),
    coveredBorrowed: percent(rows.map(({ isCoveredBorrowed }) => isCoveredBorrowed)),
    falseAlarms: percent(rows.map(({ isAlarm }) => isAlarm)),
    falseAlarmsRivals: percent(rows.map(({ isAlarmRival }) => isAlarmRival)),
    halfWidth: rows.reduce((sum, { half }) => sum + half, 0) / rows.length,
  };
};

/** What has to hold: least coverage over all rows, in the noisier half, and most false alarms. */
export interface Limits {
  readonly covered: number;
  readonly noisier: number;
  readonly falseAlarms: number;
}

const setting = (seeds: number, points: number): Setting => ({ rows: 16, examples: 4000, seeds, points });

export const ACCEPTANCE: readonly (readonly [Setting, Limits])[] = [
  [setting(3, 0.4), { covered: 93, noisier: 88, falseAlarms: 6 }],
  [setting(3, 1.5), { covered: 93, noisier: 88, falseAlarms: 6 }],
  [setting(3, 5), { covered: 93, noisier: 88, falseAlarms: 6 }],
  [setting(5, 1.5), { covered: 93, noisier: 88, falseAlarms: 6 }],
  [setting(2, 1.5), { covered: 90, noisier: 85, falseAlarms: 6 }],
];
