/** A result that comes with the project: one finished run of the project's own suite, one line of a file. */
import { z } from 'zod';
import { ArtefactRef, Result, Target, Width } from './result.js';

export const ShippedRun = Result.pick({
  achieved: true,
  counter: true,
  flags: true,
  metrics: true,
  params: true,
  macs: true,
  costs: true,
  axes: true,
  latency: true,
  seconds: true,
  stepSeconds: true,
  epochSeconds: true,
  machine: true,
  recipeHash: true,
  protocol: true,
  codeVersion: true,
  splitHash: true,
})
  .extend({
    board: z.string(),
    label: z.string(),
    division: z.enum(['closed', 'open']),
    recipe: z.record(z.string(), z.unknown()).describe('Filled in to the last field'),
    target: Target,
    seed: z.number().int(),
    correct: z
      .base64()
      .nullable()
      .describe('Correctness per test example, eight to a byte, the first in the lowest bit'),
    answers: z
      .base64()
      .nullable()
      .optional()
      .describe('Of a metric of the whole set: float32 values on the resamples of its task'),
    artefacts: z.array(ArtefactRef).optional().describe('What comes along to be looked at; absent: nothing'),
    at: z.iso.datetime().describe('When the run ended'),
  })
  .strict();
export type ShippedRun = z.infer<typeof ShippedRun>;

/** What such a run shows of itself: widths, and the files that its line names. */
export const ShippedFiles = z
  .object({ widths: z.array(Width), files: z.array(ArtefactRef.extend({ text: z.string() })) })
  .strict();
export type ShippedFiles = z.infer<typeof ShippedFiles>;
