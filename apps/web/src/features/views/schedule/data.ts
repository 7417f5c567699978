/** The files behind the views of gates and schedules, read with care: runs of other versions stay. */
import type { GatesFact, ScheduleFact } from '@topiary/contracts';

const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null;

/** As many rows as names, all of one length. */
const isTable = (rows: unknown, table: unknown, length: number): boolean =>
  Array.isArray(rows) &&
  Array.isArray(table) &&
  rows.length === table.length &&
  table.every((row) => Array.isArray(row) && row.length === length);

/** null: not such a file. */
export const gatesFrom = (data: unknown): GatesFact | null => {
  if (!isObject(data) || !isObject(data['columns']) || !Array.isArray(data['columns']['at'])) return null;
  return isTable(data['rows'], data['values'], data['columns']['at'].length) ? (data as unknown as GatesFact) : null;
};

export const scheduleFrom = (data: unknown): ScheduleFact | null => {
  if (!isObject(data) || !Array.isArray(data['steps']) || data['steps'].length === 0) return null;
  const { steps, mask } = data as { steps: unknown[]; mask: unknown };
  if (!steps.every((step) => isObject(step) && Array.isArray(step['calls']))) return null;
  if (mask !== null && !(isObject(mask) && isTable(mask['rows'], mask['computed'], steps.length))) return null;
  return data as unknown as ScheduleFact;
};

export interface Bar {
  readonly step: number;
  readonly lane: number;
  readonly part: string;
  readonly macs: number;
  /** In MACs from the first step on, as if every lane computed equally fast. */
  readonly from: number;
}

export interface Lanes {
  readonly lanes: readonly number[];
  readonly bars: readonly Bar[];
  /** Where each step begins. */
  readonly begins: readonly number[];
  /** MACs along the longest lane of every step, and of all calls. */
  readonly longest: number;
  readonly all: number;
}

/** Calls of a lane follow each other; a step ends when its longest lane does. */
export const lanesOf = ({ steps }: Pick<ScheduleFact, 'steps'>): Lanes => {
  const bars: Bar[] = [];
  const begins: number[] = [];
  let begin = 0;
  steps.forEach(({ calls }, step) => {
    const ends = new Map<number, number>();
    for (const { part, lane, macs } of calls) {
      const from = ends.get(lane) ?? begin;
      bars.push({ step, lane, part, macs, from });
      ends.set(lane, from + macs);
    }
    begins.push(begin);
    begin = Math.max(begin, ...ends.values());
  });
  const lanes = [...new Set(bars.map(({ lane }) => lane))].sort((a, b) => a - b);
  return { lanes, bars, begins, longest: begin, all: bars.reduce((sum, { macs }) => sum + macs, 0) };
};

/** Parts in the order in which they are first called: what one call costs, and how often it is made. */
export const partsOf = ({ bars }: Pick<Lanes, 'bars'>): readonly { part: string; macs: number; calls: number }[] => {
  const parts = new Map<string, { part: string; macs: number; calls: number }>();
  for (const { part, macs } of bars) parts.set(part, { part, macs, calls: (parts.get(part)?.calls ?? 0) + 1 });
  return [...parts.values()];
};
