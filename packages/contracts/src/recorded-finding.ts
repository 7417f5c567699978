/** What a recorded experiment says of a paper's claims: computed from its file whenever somebody asks. */
import { z } from 'zod';

const Claim = z.object({
  id: z.string().describe('Claims of one kind have one'),
  kind: z.enum(['difference', 'correlation', 'ratio']).describe('What the value is'),
  says: z.string().describe('What is promised, as a sentence'),
  value: z.number().nullable().describe('Null: not recorded'),
  low: z.number().nullable().describe('95 %; of a ratio the least. Null: unknown'),
  high: z.number().nullable(),
  n: z.number().int().describe('Seeds of each side, masks of a correlation, timings of a ratio'),
  outcome: z.enum(['holds', 'fails', 'undecided', 'not recorded']),
  seeds: z.number().int().nullable().describe('Seeds of each side that would decide it; null: decided, or too many'),
  needs: z.string().nullable().describe('What it would take; null: it holds'),
});

export const RecordedFinding = z.object({
  id: z.string(),
  title: z.string(),
  board: z.string(),
  paper: z.string(),
  command: z.string().describe('Runs it again'),
  network: z
    .enum(['shipped', 'other'])
    .describe('What it begins with: the base network of the board, or another one that was trained alike'),
  hash: z.string().nullable().describe('Of that network’s file'),
  digits: z.number().int(),
  claims: z.array(Claim),
});
export type RecordedFinding = z.infer<typeof RecordedFinding>;
