/** What a submission asked for, so that the same can be asked once more. */
import type { Stage, SubmissionKind, Target } from '@topiary/contracts';
import { type Client, notFound } from '../client.js';
import type { NewSubmission } from '../types.js';
import { fromJson } from './rows.js';

/** Its first run says what all of them need; `estimatedSeconds` is that of all runs together, as it was. */
export const anotherLike = async (client: Client, id: string): Promise<NewSubmission> => {
  const row = await client.submission.findUnique({
    where: { id },
    include: { runs: { orderBy: { position: 'asc' } }, files: true },
  });
  const first = row?.runs[0];
  if (!row || !first) throw notFound('submission', id);
  return {
    kind: row.kind as SubmissionKind,
    ...{ board: row.board, title: row.title, label: row.label, division: row.division as NewSubmission['division'] },
    recipe: fromJson<Record<string, unknown>>(row.recipe),
    recipeHash: row.recipeHash,
    targets: fromJson<Target[]>(row.targets),
    seeds: row.seeds,
    stages: fromJson<Stage[]>(first.stages).map(({ id: stage, title }) => ({ id: stage, title })),
    capability: { device: first.device === 'gpu' ? 'gpu' : 'cpu', memoryBytes: Number(first.memoryBytes) },
    createdBy: row.createdBy,
    estimatedSeconds: row.runs.reduce((sum, { estimatedSeconds }) => sum + (estimatedSeconds ?? 0), 0),
    isPrivate: row.isPrivate,
    files: row.files.map(({ sha256 }) => sha256),
  };
};
