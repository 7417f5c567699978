/** What scripts/bench/beside-peers.ts recorded: training steps beside the best of PyTorch's settings, and what they must reach. */
import { join } from 'node:path';
import { markdownTable } from '../markdown.js';
import type { Goal } from './goals.js';
import { recordedLines } from './lines.js';
import type { Clock } from './peer.js';
import type { Summary } from './summary.js';

export const STEPS = join(import.meta.dirname, 'results/beside-peers.jsonl');

export interface Outcome extends Summary {
  readonly id: string;
  readonly name: string;
  readonly peakBytes: number;
}

export interface StepLine {
  readonly at: string;
  readonly machine: { readonly cpu: string; readonly cores: number };
  readonly network: string;
  readonly batch: number;
  readonly threads: number;
  readonly clock: Clock;
  readonly outcomes: readonly Outcome[];
}

export interface Setting {
  readonly threads: number;
  readonly clock: Clock;
}

export type Measure = 'medianMs' | 'minMs' | 'peakBytes';

export const recordedSteps = (path = STEPS): readonly StepLine[] => recordedLines(path);

/** The last of each network in a setting, beside somebody. */
export const latestSteps = (lines: readonly StepLine[], { threads, clock }: Setting): ReadonlyMap<string, StepLine> =>
  new Map(
    lines
      .filter((line) => line.threads === threads && line.clock === clock && line.outcomes.length > 1)
      .map((line) => [line.network, line]),
  );

/** Here over the best peer by each measure; null without a peer. */
export const ratioBy = (outcomes: readonly Outcome[], measure: Measure): number | null => {
  const own = outcomes.find(({ id }) => id === 'here');
  const others = outcomes.filter(({ id }) => id !== 'here').map((one) => one[measure]);
  return own && others.length > 0 ? own[measure] / Math.min(...others) : null;
};

export const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);

/** A value on its limit is met. */
const atMost = (limit: number): number => limit + 0.005;

/** Processor time of two threads counts waiting, and wall time of one says what two say: neither has goals of its own. */
const timeGoals = ({ threads, clock }: Setting, ratiosOf: (measure: Measure) => readonly number[]): readonly Goal[] => {
  const largest = Math.max(...ratiosOf('medianMs'));
  if (clock === 'cpu' && threads === 1) return [{ name: 'largest', value: largest, unit: '', below: atMost(1) }];
  if (clock === 'cpu' || threads === 1) return [];
  return [
    { name: 'geometric mean by medians', value: geometricMean(ratiosOf('medianMs')), unit: '', below: atMost(0.55) },
    { name: 'geometric mean by minima', value: geometricMean(ratiosOf('minMs')), unit: '', below: atMost(0.65) },
    { name: 'largest', value: largest, unit: '', below: atMost(0.9) },
  ];
};

/** Of steps in one setting. */
export const stepGoals = (lines: readonly StepLine[], setting: Setting): readonly Goal[] => {
  const ratiosOf = (measure: Measure) =>
    lines.map(({ outcomes }) => ratioBy(outcomes, measure)).filter((ratio) => ratio !== null);
  if (ratiosOf('medianMs').length === 0) return [];
  const memory = { name: 'largest memory', value: Math.max(...ratiosOf('peakBytes')), unit: '', below: atMost(1) };
  return [...timeGoals(setting, ratiosOf), memory];
};

const WALL: Setting = { threads: 2, clock: 'wall' };
const PROCESSOR: Setting = { threads: 1, clock: 'cpu' };

const fixed = (value: number | null | undefined): string => value?.toFixed(2) ?? '';

/** Of the best peer: what it is called beyond its version. */
const bestOf = (outcomes: readonly Outcome[]): Outcome | undefined =>
  outcomes.filter(({ id }) => id !== 'here').sort((a, b) => a.medianMs - b.medianMs)[0];

/** The last figures of every network. */
export const stepsTable = (lines: readonly StepLine[]): string => {
  const [wall, processor] = [latestSteps(lines, WALL), latestSteps(lines, PROCESSOR)];
  const rows = [...new Set([...wall.keys(), ...processor.keys()])].map((network) => {
    const [two, one] = [wall.get(network), processor.get(network)];
    const own = two?.outcomes.find(({ id }) => id === 'here');
    const best = two && bestOf(two.outcomes);
    return [
      `${network}, batch ${(two ?? one)!.batch}`,
      own?.medianMs.toFixed(0) ?? '',
      best ? `${best.medianMs.toFixed(0)} (${best.id})` : '',
      ...(['medianMs', 'minMs'] as const).map((measure) => fixed(two && ratioBy(two.outcomes, measure))),
      fixed(one && ratioBy(one.outcomes, 'medianMs')),
      fixed(ratioBy((two ?? one)!.outcomes, 'peakBytes')),
    ];
  });
  return markdownTable(
    ['training step', 'ms', 'best of PyTorch', 'ratio by medians', 'by minima', 'one thread, processor time', 'memory'],
    rows,
  );
};
