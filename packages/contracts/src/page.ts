/** Which part of a list is asked for. */
import { z } from 'zod';

export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().optional().describe('The `nextCursor` of the page before'),
});
