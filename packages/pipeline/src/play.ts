/** The one interpreter: takes the steps of a schedule, one call after another, whoever computes the parts. */
import { TopiaryError } from '@topiary/errors';
import { lanesOf } from './check.js';
import { type Call, callsAt, type Pipeline, type Schedule } from './pipeline.js';
import type { Feeds } from './port.js';

/** Computes a part; the lane says what it may run beside. */
export type RunPart = (part: string, feeds: Feeds, lane?: number) => Promise<Feeds>;

export interface Player {
  /**
   * Writes what the task gives, makes the calls of the next step, and returns the slots that the task reads. `next`: what the
   * task knows already that it will give a step later, for schedules that look ahead; null: this is the last step.
   */
  step(given: Feeds, next?: Feeds | null): Promise<Feeds>;
  /** A slot as it stands. */
  slot(name: string): Feeds[string] | undefined;
  /** Steps taken. */
  readonly steps: number;
}

const reads = (call: Call, slots: ReadonlyMap<string, Feeds[string]>): Feeds =>
  Object.fromEntries(Object.entries(call.in).map(([port, slot]) => [port, slots.get(slot)!]));

type Slots = ReadonlyMap<string, Feeds[string]>;
type Written = readonly (readonly [string, Feeds[string]])[];

/** What slots hold that look ahead; from the last step there is nothing to be seen but the step itself. */
const seenAhead = ({ ahead = {} }: Schedule, given: Feeds, next: Feeds | null): Written =>
  Object.entries(ahead).map(([slot, of]) => {
    const value = (next ?? given)[of];
    if (value) return [slot, value] as const;
    throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', {
      where: `slot '${slot}'`,
      expected: `what the task will write into '${of}' a step later`,
      got: Object.keys(next ?? given).join(', ') || 'nothing that the task knows in advance',
    });
  });

/**
 * Lanes are begun one after another, none of them waits for another, and each sees the slots as they were when the step began:
 * the same numbers whether they run side by side or in turn. Where two write one slot, the last lane's value stays.
 */
export const play = ({ schedule }: Pipeline, run: RunPart): Player => {
  const slots = new Map<string, Feeds[string]>();
  let taken = 0;
  const takeLane = async (calls: readonly Call[], before: Slots): Promise<Written> => {
    const own = new Map(before);
    const written: [string, Feeds[string]][] = [];
    for (const call of calls) {
      const results = await run(call.part, reads(call, own), call.lane);
      for (const [output, slot] of Object.entries(call.out)) {
        own.set(slot, results[output]!);
        written.push([slot, results[output]!]);
      }
    }
    return written;
  };
  return {
    step: async (given, next = {}) => {
      for (const [slot, value] of [...Object.entries(given), ...seenAhead(schedule, given, next)])
        slots.set(slot, value);
      const before = new Map(slots);
      const lanes = await Promise.all(lanesOf(callsAt(schedule, taken)).map((lane) => takeLane(lane, before)));
      for (const [slot, value] of lanes.flat()) slots.set(slot, value);
      taken += 1;
      return Object.fromEntries(schedule.results.map((slot) => [slot, slots.get(slot)!]));
    },
    slot: (name) => slots.get(name),
    get steps() {
      return taken;
    },
  };
};
