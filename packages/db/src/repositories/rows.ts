/** Database rows as the contracts' shapes; JSON columns were written by us and are trusted. */
import {
  type Problem,
  type Result,
  type Run,
  type RunJob,
  type Stage,
  type Submission,
  SubmissionKind,
  type Target,
} from '@topiary/contracts';
import type { Prisma } from '../client.js';

type RunRow = Omit<Prisma.RunModel, 'result'> & { readonly result?: Prisma.JsonValue };
type SubmissionRow = Prisma.SubmissionModel & {
  readonly runs: readonly RunRow[];
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

const hasEnded = (row: RunRow): boolean => row.state !== 'queued' && row.state !== 'running';

/** Mean over the runs; one that has ended, however it did, has nothing left to do. */
const progressOf = (runs: readonly RunRow[]): number =>
  runs.reduce((sum, run) => sum + (hasEnded(run) ? 1 : run.progress), 0) / Math.max(1, runs.length);

export const toSubmission = (row: SubmissionRow): Submission => ({
  id: row.id,
  kind: SubmissionKind.parse(row.kind),
  board: row.board,
  title: row.title,
  label: row.label,
  recipe: fromJson<Record<string, unknown>>(row.recipe),
  targets: fromJson<Target[]>(row.targets),
  seeds: row.seeds,
  state: row.state,
  progress: progressOf(row.runs),
  submitter: row.author,
  withdrawn: row.withdrawnAt !== null,
  withdrawnReason: row.withdrawnReason,
  openDisputes: row.disputes.length,
  createdAt: row.createdAt.toISOString(),
  runs: row.runs.map(toRun),
});

export const toJob = (run: { id: string; attempt: number; device: string; memoryBytes: bigint | number }): RunJob => ({
  run: run.id,
  attempt: run.attempt,
  capability: { device: run.device === 'gpu' ? 'gpu' : 'cpu', memoryBytes: Number(run.memoryBytes) },
});
