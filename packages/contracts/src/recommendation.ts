/** "I can spend x and lose y points": rows of a board that fit, how sure that is, and what one needs to have them. */
import { z } from 'zod';
import { Interval, Row } from './row.js';
import { Sha256 } from './upload.js';

export const RecommendationQuery = z
  .object({
    spend: z.coerce
      .number()
      .positive()
      .optional()
      .describe('At most so much left on the axis, in its unit; of a time the median in ms'),
    lose: z.coerce
      .number()
      .optional()
      .describe("The metric that ranks may be at most so much worse than the base model's; shares in points"),
    axis: z.string().optional().describe('What `spend` is of: an axis of the track; absent: the time'),
    machine: z.string().optional().describe('Fingerprint of the machine whose times count; absent: that of most times'),
    target: z.string().optional().describe('Rows of this target only, such as `2x`'),
    limit: z.coerce.number().int().min(1).max(50).default(5),
  })
  .refine(({ spend, lose }) => spend !== undefined || lose !== undefined, {
    message: 'what may be spent, or what may be lost',
    path: ['spend'],
  });

const Doubt = z.enum(['no interval', 'one seed', 'disputed', 'contradicted']);

const Choice = z.object({
  fit: z
    .enum(['sure', 'likely', 'unlikely'])
    .describe(
      '`sure`: its whole 95 % interval fits; `likely`: the middle of it, or it has none; `unlikely`: its better end alone',
    ),
  loss: Interval.describe('Worse than the base model by so much; negative: better'),
  cost: z
    .object({ axis: z.string(), left: z.number(), share: z.number().nullable().describe("Of the base model's") })
    .nullable()
    .describe('Null where it is not known and was not asked for'),
  beatenBy: z
    .object({ id: z.string(), label: z.string(), surely: z.boolean().describe('Their intervals do not touch') })
    .nullable()
    .describe('The best of the rows that cost no more and do better'),
  alike: z.array(z.string()).describe("Rows that fit as surely, whose intervals meet this one's"),
  doubts: z.array(Doubt),
  row: Row,
  request: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('What createSubmission takes to run it again; null where files of others are in it'),
  files: z
    .array(z.object({ seed: z.number().int(), sha256: Sha256, bytes: z.number().int(), title: z.string().nullable() }))
    .describe('Networks that its runs left here; shipped rows left none'),
});

export const Recommendation = z.object({
  board: z.string(),
  axis: z.string().describe('What the cost is of'),
  machine: z.string().nullable().describe('Whose times counted; null: none did, or none were asked for'),
  of: z.number().int().describe('So many rows fit; the first of them are the choices'),
  choices: z.array(Choice).describe('The best first'),
  unknown: z
    .array(
      z.object({
        id: z.string(),
        label: z.string(),
        target: z.string(),
        why: z.enum(['not timed', 'timed elsewhere', 'machine was not calm', 'not counted', 'no base']),
      }),
    )
    .describe('Rows that might fit, if more were known of them'),
  beyond: z.number().int().describe('So many rows do not fit'),
});
export type Recommendation = z.infer<typeof Recommendation>;
