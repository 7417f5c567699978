/** Database rows as the contracts' shapes; JSON columns were written by us and are trusted. */
import {
  type Outcome,
  type Problem,
  type Result,
  type Run,
  type RunCounts,
  type RunJob,
  type Stage,
  type Submission,
  type SubmissionItem,
  SubmissionKind,
  type Target,
} from '@topiary/contracts';
import type { Prisma } from '../client.js';

type RunRow = Omit<Prisma.RunModel, 'result'> & { readonly result?: Prisma.JsonValue };
/** A submission without its runs. */
export type ItemRow = Prisma.SubmissionModel & {
  readonly author: { readonly id: string; readonly name: string } | null;
  readonly disputes: readonly unknown[];
};

/** What a submission shows of others: who made it, and who doubts it. */
export const withPeople = {
  author: { select: { id: true, name: true } },
  disputes: { where: { resolvedAt: null }, select: { id: true } },
} as const;

/** A JSON column, read as what was written into it. */
export const fromJson = <T>(value: Prisma.JsonValue | undefined): T => value as T;

/** A value for a JSON column. */
export const toJson = (value: unknown): Prisma.InputJsonValue => value as Prisma.InputJsonValue;

export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const toRun = (row: RunRow): Run => ({
  id: row.id,
  submission: row.submissionId,
  board: row.board,
  state: row.state,
  target: fromJson<Target | null>(row.target),
  seed: row.seed,
  attempt: row.attempt,
  stages: fromJson<Stage[]>(row.stages),
  problem: fromJson<Problem | null>(row.problem),
  result: fromJson<Result | null>(row.result ?? null),
  createdAt: row.createdAt.toISOString(),
  startedAt: iso(row.startedAt),
  finishedAt: iso(row.finishedAt),
});

const NONE: RunCounts = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };

export const countRuns = (runs: readonly Pick<Run, 'state'>[]): RunCounts => {
  const counts = { ...NONE };
  for (const { state } of runs) counts[state] += 1;
  return counts;
};

/** Mean over the runs, of which those under way have done so much together; one that has ended has nothing left to do. */
const progressOf = ({ queued, running, done, failed, cancelled }: RunCounts, underway: number): number => {
  const ended = done + failed + cancelled;
  return (ended + underway) / Math.max(1, ended + queued + running);
};

export const toItem = (row: ItemRow, underway: number): SubmissionItem => ({
  id: row.id,
  kind: SubmissionKind.parse(row.kind),
  board: row.board,
  title: row.title,
  label: row.label,
  recipe: fromJson<Record<string, unknown>>(row.recipe),
  targets: fromJson<Target[]>(row.targets),
  seeds: row.seeds,
  state: row.state,
  progress: progressOf(fromJson<RunCounts>(row.runCounts), underway),
  submitter: row.author,
  withdrawn: row.withdrawnAt !== null,
  withdrawnReason: row.withdrawnReason,
  private: row.isPrivate,
  publishedAt: iso(row.publishedAt),
  openDisputes: row.disputes.length,
  createdAt: row.createdAt.toISOString(),
  finishedAt: iso(row.finishedAt),
  runCounts: fromJson<RunCounts>(row.runCounts),
  outcomes: fromJson<Outcome[]>(row.outcomes),
});

export const toSubmission = (row: ItemRow & { readonly runs: readonly RunRow[] }): Submission => ({
  ...toItem(
    row,
    row.runs.reduce((sum, { state, progress }) => sum + (state === 'running' ? progress : 0), 0),
  ),
  runs: row.runs.map(toRun),
});

export const toJob = (run: { id: string; attempt: number; device: string; memoryBytes: bigint | number }): RunJob => ({
  run: run.id,
  attempt: run.attempt,
  capability: { device: run.device === 'gpu' ? 'gpu' : 'cpu', memoryBytes: Number(run.memoryBytes) },
});
