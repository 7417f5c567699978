/**
 * Acceptance of the statistics on leaderboards by simulation: coverage of intervals and false alarms on null pairs, for
 * 2, 3 and 5 seeds and three amounts of seed noise, N = 4,000, deviations over seeds log-normal over the rows.
 * Command: nice npx tsx scripts/experiments/interval-coverage.ts (--rankings 500)
 */
import { parseArgs } from 'node:util';
import { table } from '../bench/summary.js';
import { ACCEPTANCE, measureCoverage } from './coverage.js';
import { writeResults } from './results.js';

const { values } = parseArgs({ options: { rankings: { type: 'string', default: '500' } } });

const results = ACCEPTANCE.map(([setting, limits], i) => {
  const found = measureCoverage(setting, Number(values.rankings), 1_000_000 * (i + 1));
  const isMet =
    found.covered >= limits.covered &&
    found.coveredNoisier >= limits.noisier &&
    Math.max(found.falseAlarms, found.falseAlarmsRivals) <= limits.falseAlarms;
  return { ...found, limits, isMet };
});
await writeResults('interval-coverage', results);
console.log(
  table(
    [
      'seeds',
      'median sd',
      'covered',
      'noisier half',
      'one seed',
      'false alarms',
      'of two methods',
      'half-width',
      'met',
    ],
    results.map((one) => [
      `${one.seeds}`,
      `${one.points}`,
      `${one.covered.toFixed(1)} (>= ${one.limits.covered})`,
      `${one.coveredNoisier.toFixed(1)} (>= ${one.limits.noisier})`,
      one.coveredBorrowed.toFixed(1),
      `${one.falseAlarms.toFixed(1)} (<= ${one.limits.falseAlarms})`,
      one.falseAlarmsRivals.toFixed(1),
      one.halfWidth.toFixed(2),
      one.isMet ? 'yes' : 'NO',
    ]),
  ),
);
