/** What a procedure leaves for pages to draw of how a network came about and how it is called. */
import { z } from 'zod';

/** View `gates`: what was decided while it was learned. Every number is a share, 0 … 1. */
export const GatesFact = z.object({
  /** What is switched or mixed: blocks, sub-layers, experts. */
  rows: z.array(z.string()),
  /** What the columns are, in words, and where each stands: training steps, timesteps, bases. */
  columns: z.object({ title: z.string(), at: z.array(z.union([z.number(), z.string()])) }),
  /** By row and column. */
  values: z.array(z.array(z.number().min(0).max(1))),
  /** What a share says, in words. */
  share: z.string(),
  /** Rows that stayed in the end; null: nothing is decided by rows. */
  kept: z.array(z.boolean()).nullable(),
});
export type GatesFact = z.infer<typeof GatesFact>;

/** View `schedule`: the calls of every step on their lanes, and which pieces of the network each step computes. */
export const ScheduleFact = z.object({
  steps: z.array(
    z.object({
      /** What the network is told; null: nothing. */
      timestep: z.number().nullable(),
      calls: z.array(z.object({ part: z.string(), lane: z.number().int().min(0), macs: z.number().min(0) })),
    }),
  ),
  /** By piece and step: whether it is computed; null: all of it is. */
  mask: z.object({ rows: z.array(z.string()), computed: z.array(z.array(z.boolean())) }).nullable(),
});
export type ScheduleFact = z.infer<typeof ScheduleFact>;
