/** What a run measured. */
import { z } from 'zod';

export const Target = z.object({
  axis: z.string().describe('What is reduced: an axis of the track'),
  value: z
    .number()
    .min(1)
    .max(10)
    .describe("The base on this axis over what is left of it; 1: nothing is asked, the method's own parameters decide"),
  label: z.string().describe("`2x` on the track's own axis of targets, else `params:2x`; `free`: nothing is asked"),
});
export type Target = z.infer<typeof Target>;

/** What a target asks for when a method's own parameters decide. */
export const FREE = 'free';

/** `2x`, `3.5x`: a target on the axis that the track names; `params:2x` on another one; `free`. */
export const TARGET_LABEL = /^(?:free|(?:([a-z0-9-]+):)?(\d+(?:\.\d+)?)x)$/;

export const parseTarget = (label: string, axis = 'macs'): Target => {
  if (label === FREE) return { axis, value: 1, label };
  const [, named, value] = TARGET_LABEL.exec(label) ?? [];
  const on = named === undefined || named === axis ? '' : `${named}:`;
  const target = { axis: named ?? axis, value: Number(value), label: `${on}${Number(value)}x` };
  return Target.refine((one) => one.value > 1).parse(target);
};

export const Phase = z.string().describe('`base`, then what the method makes of it: `pruned`, `finetuned`, …');
export type Phase = z.infer<typeof Phase>;

export const Provenance = z.enum(['measured', 'shipped', 'reported']);
export type Provenance = z.infer<typeof Provenance>;

/** One metric of one run in one phase; `n` = number of examples. */
export const RunMetric = z.object({ id: z.string(), phase: Phase, value: z.number(), n: z.number().int() });
export type RunMetric = z.infer<typeof RunMetric>;

const Count = z.object({ base: z.number(), left: z.number() });
/** What the network costs on each axis of its track, before and after. */
export const Costs = z.record(z.string(), Count);
export type Costs = z.infer<typeof Costs>;
export const Macs = z.object({ pure: Count, published: Count });

/** p50 and p99 of one model, milliseconds; `base*` from the base model timed in alternation. */
export const Latency = z.object({
  p50Ms: z.number(),
  p99Ms: z.number(),
  baseP50Ms: z.number(),
  baseP99Ms: z.number(),
  batch: z.number().int(),
  samples: z.number().int().describe('Turns that count; disturbed ones are left out'),
  threads: z.number().int().optional().describe('Absent in results of version 1: those of the run'),
  drift: z
    .number()
    .optional()
    .describe('How far the base moved meanwhile, or from what it usually takes on the machine, as a share'),
  attempts: z.number().int().optional().describe('Measurements that were taken; the calmest counts'),
  steady: z.boolean().optional().describe('Whether the machine was calm enough for the times to be believed'),
});

export const Machine = z.object({
  fingerprint: z.string(),
  cpu: z.string(),
  cores: z.number().int(),
  memoryBytes: z.number(),
  os: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  provider: z.string(),
  threads: z.number().int(),
});
export type Machine = z.infer<typeof Machine>;

/** Channels of one layer before and after; `kept` are root indices, replayable in another framework. */
export const Width = z.object({
  layer: z.string(),
  axis: z.number().int(),
  before: z.number().int(),
  after: z.number().int(),
});
export type Width = z.infer<typeof Width>;

export const ArtefactRef = z.object({
  kind: z
    .string()
    .describe(
      '`model`, `kept`, `curve`, `log`; `correct` and `answers`: the answers per test example, private; else the view that shows it',
    ),
  sha256: z.string(),
  bytes: z.number().int(),
  mediaType: z.string(),
  title: z.string().optional().describe('Of what a view shows'),
});
export type ArtefactRef = z.infer<typeof ArtefactRef>;

/** Kinds of answers per test example, which stay on the server: published, they would leak the test split. */
export const PRIVATE_ARTEFACTS: readonly string[] = ['correct', 'answers'];

export const isPublished = ({ kind }: Pick<ArtefactRef, 'kind'>): boolean => !PRIVATE_ARTEFACTS.includes(kind);

/** Everything a run records (design section 6). */
export const Result = z.object({
  achieved: z.number().describe('Speed-up by the counter named in `counter`'),
  counter: z.enum(['published', 'pure']),
  flags: z.array(z.string()).describe('`overshoot`, `rounded`, …: what a reader must know'),
  metrics: z.array(RunMetric),
  params: Count,
  macs: Macs,
  costs: Costs.optional().describe('By axis of the track; absent in results of version 1: `params` and `macs` are all'),
  axes: z
    .array(z.string())
    .optional()
    .describe("Axes that the method changes, where these are not the track's own; rows rank with their like only"),
  latency: Latency.nullable(),
  laps: z
    .record(z.string(), z.record(z.string(), z.number()))
    .optional()
    .describe('Medians in ms of the parts of each timed unit; absent where a unit has one part'),
  peakMemoryBytes: z.number().nullable(),
  seconds: z.record(z.string(), z.number()).describe('Seconds per stage'),
  stepSeconds: z.number().nullable().default(null).describe('Of one pruning step: statistics, scores, choice and cut'),
  epochSeconds: z.number().nullable().default(null).describe('Of one pass over the training data with a regularizer'),
  widths: z.array(Width),
  artefacts: z.array(ArtefactRef),
  machine: Machine,
  recipeHash: z.string(),
  protocol: z.string(),
  codeVersion: z.string(),
  splitHash: z.string(),
  damagedPictures: z
    .number()
    .int()
    .optional()
    .describe('Files that could not be decoded and were left out; absent: none'),
});
export type Result = z.infer<typeof Result>;
