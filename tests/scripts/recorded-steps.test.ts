/** Ratios, goals and the table of recorded training steps, on figures that can be worked out by hand. */
import { expect, it } from 'vitest';
import { isMet } from '../../scripts/bench/goals.js';
import { latestSteps, type StepLine, stepGoals, stepsTable } from '../../scripts/bench/steps.js';

const WALL = { threads: 2, clock: 'wall' } as const;

const outcome = (id: string, medianMs: number, minMs: number, peakBytes: number) => ({
  ...{ id, name: id, n: 1 },
  ...{ medianMs, minMs, peakBytes },
});

const line = (network: string, ours: readonly [number, number, number], at = '2026-01-01'): StepLine => ({
  ...{ at, machine: { cpu: '', cores: 2 }, network, batch: 8, ...WALL },
  // the better of both settings counts, for each measure by itself
  outcomes: [outcome('here', ...ours), outcome('eager', 100, 80, 900), outcome('channels_last', 200, 40, 1000)],
});

const found = (lines: readonly StepLine[]) =>
  Object.fromEntries(stepGoals(lines, WALL).map((goal) => [goal.name, [goal.value, isMet(goal)]]));

it('goals are over the best peer, by geometric means and by the worst network', () => {
  expect(found([line('a', [25, 40, 450]), line('b', [100, 10, 990])])).toEqual({
    'geometric mean by medians': [0.5, true],
    'geometric mean by minima': [0.5, true],
    largest: [1, false],
    'largest memory': [1.1, false],
  });
});

it('a network that stands alone, or in another setting, has no ratio', () => {
  const alone = { ...line('a', [1, 1, 1]), outcomes: [outcome('here', 1, 1, 1)] };
  expect([...latestSteps([alone, { ...line('b', [1, 1, 1]), threads: 1 }], WALL).keys()]).toEqual([]);
});

it('the last recording of a network is the one that is shown', () => {
  const table = stepsTable([line('a', [80, 40, 900]), line('a', [50, 20, 450], '2026-01-02')]);
  expect(table.split('\n').slice(2)).toEqual(['| a, batch 8 | 50 | 100 (eager) | 0.50 | 0.50 |  | 0.50 |']);
});
