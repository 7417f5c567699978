/** Rows of all boards by words. */
import { z } from 'zod';
import { Provenance } from './result.js';

export const RowsQuery = z.object({
  q: z.string().min(1).max(200).describe('Words that must all occur in method, board, target, source or submitter'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const RowHit = z.object({
  board: z.string(),
  boardTitle: z.string(),
  row: z.string(),
  label: z.string(),
  target: z.string(),
  provenance: Provenance,
  outcome: z.string().nullable().describe('The metric that ranks, in words'),
});
export type RowHit = z.infer<typeof RowHit>;
