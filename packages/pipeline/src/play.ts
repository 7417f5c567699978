/** The one interpreter: takes the steps of a schedule, one call after another, whoever computes the parts. */
import { lanesOf } from './check.js';
import { type Call, callsAt, type Pipeline } from './pipeline.js';
import type { Feeds } from './port.js';

/** Computes a part. */
export type RunPart = (part: string, feeds: Feeds) => Promise<Feeds>;

export interface Player {
  /** Writes what the task gives, makes the calls of the next step, and returns the slots that the task reads. */
  step(given: Feeds): Promise<Feeds>;
  /** A slot as it stands. */
  slot(name: string): Feeds[string] | undefined;
  /** Steps taken. */
  readonly steps: number;
}

const reads = (call: Call, slots: ReadonlyMap<string, Feeds[string]>): Feeds =>
  Object.fromEntries(Object.entries(call.in).map(([port, slot]) => [port, slots.get(slot)!]));

/**
 * Lanes are taken one after another, and each sees the slots as they were when the step began: the same numbers as if
 * they had run side by side.
 */
export const play = ({ schedule }: Pipeline, run: RunPart): Player => {
  const slots = new Map<string, Feeds[string]>();
  let taken = 0;
  const takeLane = async (calls: readonly Call[], before: ReadonlyMap<string, Feeds[string]>): Promise<void> => {
    const own = new Map(before);
    for (const call of calls) {
      const results = await run(call.part, reads(call, own));
      for (const [output, slot] of Object.entries(call.out)) {
        own.set(slot, results[output]!);
        slots.set(slot, results[output]!);
      }
    }
  };
  return {
    step: async (given) => {
      for (const [slot, value] of Object.entries(given)) slots.set(slot, value);
      const before = new Map(slots);
      for (const lane of lanesOf(callsAt(schedule, taken))) await takeLane(lane, before);
      taken += 1;
      return Object.fromEntries(schedule.results.map((slot) => [slot, slots.get(slot)!]));
    },
    slot: (name) => slots.get(name),
    get steps() {
      return taken;
    },
  };
};
