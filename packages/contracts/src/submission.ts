/** Submissions and runs as the API takes and shows them, and the events of a run. */
import { z } from 'zod';
import { Slug } from './imported-board.js';
import { Page } from './page.js';
import { Problem } from './problem.js';
import { Recipe } from './recipe.js';
import { Phase, Result, TARGET_LABEL, Target } from './result.js';
import { Line, WebAddress } from './text.js';
import { Sha256 } from './upload.js';

export const State = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type State = z.infer<typeof State>;

export const DeviceClass = z
  .enum(['cpu', 'gpu'])
  .default('cpu')
  .describe('What the runs need: workers on such a device take them, no others');

const Private = z
  .boolean()
  .default(false)
  .describe('Only you and organisers see it, until you publish it; it counts as a try of yours on the board');

/** Seeds from here on are the server's to draw: nobody can ask for them. */
export const MOST_SEED = 999_999;

const Seeds = z.array(z.number().int().min(0).max(MOST_SEED)).min(1).max(16);

/** `kind: recipe`: built-in methods on one board. */
export const RecipeSubmission = z.strictObject({
  kind: z.literal('recipe'),
  board: z.string(),
  device: DeviceClass,
  private: Private,
  title: Line(0, 200).default(''),
  recipe: Recipe.prefault({}),
  next: z
    .array(Recipe)
    .max(7)
    .default([])
    .describe('Further steps, each of which begins with what the one before made; their budgets add up'),
  targets: z
    .array(z.string().regex(TARGET_LABEL, 'a speed-up such as 2x, on another axis params:2x, or free'))
    .min(1)
    .max(8)
    .default(['2x']),
  seeds: Seeds.default([0]),
});

/** How a network wants its pictures, and what its outputs mean. */
const ImportFacts = z.strictObject({
  device: DeviceClass,
  board: z.string().optional().describe('A board that there is: the file becomes its base model'),
  name: Slug.optional().describe('Of the network, for a board of its own: `<track>.<name>.<dataset>`'),
  dataset: Slug.optional().describe('For a board of its own: a data set, or a folder of pictures under DATA_DIR'),
  title: Line(0, 200).default(''),
  track: Slug.optional().describe('For a board of its own, where it is not the first track'),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('What the task wants to know of the network beside what its file says; of pictures: mean, std, classes'),
  mean: z.array(z.number()).min(1).max(4).optional(),
  std: z.array(z.number().positive()).min(1).max(4).optional(),
  classes: z
    .array(Line(0, 200))
    .max(100_000)
    .default([])
    .describe("Names in the order of the network's outputs; empty: the data set's own order"),
});

const isOneBoard = ({ board, name, dataset }: z.output<typeof ImportFacts>): boolean =>
  board === undefined ? name !== undefined && dataset !== undefined : name === undefined && dataset === undefined;
const ONE_BOARD = { message: 'either board, or name and dataset', path: ['board'] };

const isSettled = ({ settings, mean, std }: z.output<typeof ImportFacts>): boolean =>
  settings === undefined ? mean !== undefined && std !== undefined : mean === undefined && std === undefined;
const SETTLED = { message: 'either mean and std, or settings', path: ['mean'] };

/** `kind: import`: a base model for a board, or a board of its own; it is evaluated before it is admitted. */
export const ImportSubmission = ImportFacts.extend({
  kind: z.literal('import'),
  model: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('sha256 of an uploaded ONNX file'),
})
  .refine(isOneBoard, ONE_BOARD)
  .refine(isSettled, SETTLED);

const commas = (text: unknown): unknown => (typeof text === 'string' && text !== '' ? text.split(',') : []);

/** The same as a query, beside a body that is the file itself; lists are separated by commas. */
export const ImportQuery = ImportFacts.omit({ settings: true })
  .extend({
    mean: z.preprocess(commas, z.array(z.coerce.number()).min(1).max(4)),
    std: z.preprocess(commas, z.array(z.coerce.number().positive()).min(1).max(4)),
    classes: z.preprocess(commas, ImportFacts.shape.classes),
  })
  .refine(isOneBoard, ONE_BOARD);
export type ImportFacts = z.output<typeof ImportFacts>;

const TargetLabel = z.string().regex(/^\d+(\.\d+)?x$/, 'a speed-up such as 2x');
const Licence = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,63}$/, 'an SPDX identifier such as MIT or CC-BY-4.0')
  .describe('SPDX identifier; the file is published under it');
const MethodName = Line(1, 80).describe('What rows of the leaderboard are called');

/** `kind: pruned-models`: one ONNX file per target; verified to be smaller, fine-tuned here or only measured. */
export const PrunedModelsSubmission = z.strictObject({
  kind: z.literal('pruned-models'),
  board: z.string(),
  device: DeviceClass,
  private: Private,
  title: Line(0, 200).default(''),
  method: MethodName,
  paper: WebAddress.nullable().default(null),
  licence: Licence,
  division: z
    .enum(['closed', 'open'])
    .default('closed')
    .describe("closed: fine-tuned here by the board's recipe; open: measured as it is"),
  models: z
    .array(z.strictObject({ target: TargetLabel, file: Sha256.describe('Of an uploaded ONNX file') }))
    .min(1)
    .max(8),
  seeds: Seeds.default([0]).describe('Of the fine-tuning'),
});

/** `kind: criterion`: an ONNX graph that scores channels, in the place of a built-in criterion. */
export const CriterionSubmission = z.strictObject({
  kind: z.literal('criterion'),
  board: z.string(),
  device: DeviceClass,
  private: Private,
  title: Line(0, 200).default(''),
  method: MethodName,
  paper: WebAddress.nullable().default(null),
  licence: Licence,
  file: Sha256.describe(
    'Of an uploaded ONNX graph: any of weight [K,M], gradient [K,M], activation_mean [K] in, score [K] out; K and M open',
  ),
  recipe: Recipe.omit({ criterion: true, procedure: true }).prefault({}),
  targets: z.array(TargetLabel).min(1).max(8).default(['2x']),
  seeds: Seeds.default([0]),
});

export const CreateSubmission = z.discriminatedUnion('kind', [
  RecipeSubmission,
  PrunedModelsSubmission,
  CriterionSubmission,
  ImportSubmission,
]);
export type CreateSubmission = z.infer<typeof CreateSubmission>;
export type CreateSubmissionInput = z.input<typeof CreateSubmission>;

export const SubmissionKind = z.enum(['recipe', 'pruned-models', 'criterion', 'import']);
export type SubmissionKind = z.infer<typeof SubmissionKind>;

export const Stage = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  seconds: z.number().nullable(),
  progress: z.number().min(0).max(1).nullable(),
});
export type Stage = z.infer<typeof Stage>;

export const Run = z.object({
  id: z.string(),
  submission: z.string(),
  board: z.string(),
  state: State,
  target: Target.nullable(),
  seed: z.number().int(),
  attempt: z.number().int(),
  stages: z.array(Stage),
  problem: Problem.nullable(),
  result: Result.nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Run = z.infer<typeof Run>;

/** Where a submission stands while it waits: submitters take turns, so it can move up and down. */
export const QueuePlace = z.object({
  position: z.number().int().describe('Of its first waiting run, from 1'),
  estimatedStart: z.iso.datetime().nullable().describe('From what runs took lately; null while no worker is there'),
});
export type QueuePlace = z.infer<typeof QueuePlace>;
/** A person as others see them. */
export const Byline = z.object({ id: z.string(), name: z.string() });
export type Byline = z.infer<typeof Byline>;

export const RunCounts = z.object({
  queued: z.number().int(),
  running: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
});
export type RunCounts = z.infer<typeof RunCounts>;

/** What came out at one target: the mean of each number over the runs that are done. */
export const Outcome = z.object({
  target: z.string().nullable().describe('Its label; null for what has no target'),
  runs: z.number().int(),
  metrics: z.array(z.object({ id: z.string(), phase: Phase, value: z.number() })),
});
export type Outcome = z.infer<typeof Outcome>;

/** How often its submitter has tried on this board: a result chosen among many is another thing than one. */
export const Tries = z.object({
  all: z.number().int().describe('Submissions of this person on this board up to this one, itself included'),
  unpublished: z.number().int().describe('Those of them that are still private'),
});
export type Tries = z.infer<typeof Tries>;

export const Submission = z.object({
  id: z.string(),
  kind: SubmissionKind,
  board: z.string(),
  title: z.string(),
  label: z.string(),
  recipe: z.record(z.string(), z.unknown()),
  targets: z.array(Target),
  seeds: z.array(z.number().int()),
  state: State,
  progress: z.number().min(0).max(1),
  /** Null for what the server itself began. */
  submitter: Byline.nullable(),
  withdrawn: z.boolean(),
  withdrawnReason: z.string().nullable(),
  private: z.boolean().describe('Only its owner and organisers see it'),
  publishedAt: z.iso.datetime().nullable().describe('When a private one was published; null where it never was one'),
  /** Disputes that nobody has answered yet. */
  openDisputes: z.number().int(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable().describe('When the last of its runs that have ended did'),
  runCounts: RunCounts.describe('How many of its runs are in which state'),
  outcomes: z.array(Outcome).describe('One for each target that has a result'),
  queue: QueuePlace.nullable().optional().describe('Null when nothing waits; absent in lists'),
  tries: Tries.nullable().optional().describe('Null for what the server began; absent in lists'),
  runs: z.array(Run),
});
export type Submission = z.infer<typeof Submission>;

/** A submission in a list. */
export const SubmissionItem = Submission.omit({ queue: true, tries: true }).extend({
  runs: z.array(Run).optional().describe('With `expand=runs` only; widths and files are left out'),
});
export type SubmissionItem = z.infer<typeof SubmissionItem>;

/** With its runs a submission can be a hundred times as long. */
export const MOST_EXPANDED = 20;

export const SubmissionsQuery = Page.extend({
  board: z.string().optional(),
  state: State.optional(),
  submitter: z.string().optional().describe('The id of a person'),
  withdrawn: z.stringbool().optional(),
  expand: z
    .literal('runs')
    .optional()
    .describe(`Every submission with its runs; then limit is at most ${MOST_EXPANDED}`),
}).refine(({ expand, limit }) => expand === undefined || limit <= MOST_EXPANDED, {
  message: `at most ${MOST_EXPANDED} with expand=runs`,
  path: ['limit'],
});
