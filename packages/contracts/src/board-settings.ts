/** What organisers say of a board: never its protocol, which is code and has versions. The same as a form and as YAML. */
import { z } from 'zod';

const words = (most: number) => z.string().trim().min(1).max(most);

export const BoardSettings = z.strictObject({
  title: words(120).optional().describe('In the place of the one that its track gives it'),
  note: words(600).optional().describe('Stands above the table: what whoever comes must know'),
  closed: words(300).optional().describe('Why it takes no submissions at present; absent: it takes them'),
  targets: z.array(z.string()).min(1).max(20).optional().describe('The targets that may be submitted for; absent: all'),
  metrics: z
    .array(z.string())
    .max(20)
    .optional()
    .describe('Columns that are shown unasked, beside the metric that ranks; absent: the usual ones'),
  unlisted: z.literal(true).optional().describe('Left out of lists; its address works'),
});
export type BoardSettings = z.infer<typeof BoardSettings>;

/** A whole file: boards that it does not name are as their tracks made them. */
export const BoardSettingsFile = z.strictObject({ boards: z.record(z.string(), BoardSettings.nullable()).default({}) });

export const BoardSettingsItem = z.object({
  board: z.string(),
  title: z.string().describe('That its track gives it'),
  targets: z.array(z.string()).describe('All that it has'),
  metrics: z.array(z.object({ id: z.string(), title: z.string() })).describe('And axes: what has a column'),
  settings: BoardSettings.nullable().describe('Null: nothing is set'),
});
export type BoardSettingsItem = z.infer<typeof BoardSettingsItem>;

/** Every board with what is set, and the same as a file to be kept under version control. */
export const AllBoardSettings = z.object({ items: z.array(BoardSettingsItem), yaml: z.string() });
export type AllBoardSettings = z.infer<typeof AllBoardSettings>;

export const ApplyBoardSettings = z.object({
  yaml: z.string().max(200_000).describe('`boards:` with a mapping from the id of a board to its settings'),
  check: z.boolean().default(false).describe('Only say what would change'),
});
export type ApplyBoardSettings = z.infer<typeof ApplyBoardSettings>;

export const AppliedBoardSettings = z.object({
  applied: z.boolean(),
  changes: z
    .array(z.object({ board: z.string(), before: BoardSettings.nullable(), after: BoardSettings.nullable() }))
    .describe('Null: nothing is set'),
});
export type AppliedBoardSettings = z.infer<typeof AppliedBoardSettings>;
