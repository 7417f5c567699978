/** The simulation against queues whose waits are known by formula. */
import { expect, it } from 'vitest';
import { type Load, simulate } from '../../scripts/queue-simulation.js';

const LOAD: Load = { perDay: 1000, workers: 1, runSeconds: 60, runsEach: 1, people: 1, days: 60, seed: 3 };

it('nobody waits for long where nobody comes, and the line grows without end above a load of one', () => {
  const quiet = simulate({ ...LOAD, perDay: 20 });
  expect([quiet.medianSeconds, quiet.left]).toEqual([0, 0]);
  const { load, left } = simulate({ ...LOAD, perDay: 2880, days: 10 });
  expect(load).toBeCloseTo(2, 6);
  // Half of what comes is left: 1440 a day.
  expect(left / 14_400).toBeGreaterThan(0.9);
  expect(left / 14_400).toBeLessThan(1.1);
});

it('waits as Pollaczek and Khinchine say, between the rates of night and day', () => {
  // Of an M/G/1 queue P(no wait) = 1 - load; service uniform on 0.5 to 1.5 of its mean. By day the rate is 4/3, by night 2/3 of its mean.
  const { load, medianSeconds, p95Seconds } = simulate({ ...LOAD, perDay: 432 });
  expect(load).toBeCloseTo(0.3, 6);
  expect(medianSeconds).toBe(0);
  // Mean wait = load * s * (1 + cv²) / (2 (1 - load)) with cv² = 1/12; a wait that is zero with probability 1 - load and
  // about exponential else has its 95th percentile at -(mean / load) * ln(0.05 / load).
  const p95 = (rho: number) => -((60 * (13 / 12)) / (2 * (1 - rho))) * Math.log(0.05 / rho);
  expect(p95Seconds).toBeGreaterThan(p95(0.2));
  expect(p95Seconds).toBeLessThan(p95(0.45));
});

it('lets somebody who asks for one run pass those who ask for a hundred', () => {
  const crowd = simulate({ ...LOAD, perDay: 12, runsEach: 100, people: 40, workers: 1, days: 30 });
  const alone = simulate({ ...LOAD, perDay: 12, runsEach: 100, people: 1, workers: 1, days: 30 });
  expect(crowd.load).toBeCloseTo(alone.load, 6);
  // With turns a submission begins after one run of each other, not after all of theirs.
  expect(crowd.medianSeconds).toBeLessThan(alone.medianSeconds / 5);
});

it('is the same table under the same seed', () => {
  expect(simulate(LOAD)).toEqual(simulate(LOAD));
  expect(simulate(LOAD)).not.toEqual(simulate({ ...LOAD, seed: 4 }));
});
