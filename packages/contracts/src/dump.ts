/** All public rows of a day, to be taken elsewhere. */
import { z } from 'zod';

export const DumpFile = z.object({
  name: z.string(),
  url: z.string(),
  mediaType: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
});

export const Dump = z.object({
  date: z.string().describe('Such as 2026-05-04'),
  at: z.iso.datetime(),
  licence: z.string().describe('SPDX id of the licence of the numbers; files of submissions have their own'),
  boards: z.number().int(),
  rows: z.number().int(),
  files: z.array(DumpFile),
});
export type Dump = z.infer<typeof Dump>;
