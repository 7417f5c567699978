/** Submissions: made with their runs and outbox rows in one transaction; listed, cancelled, withdrawn, run again. */
import type { Run, Stage, Submission, SubmissionItem, Tries } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Actor } from '../account-types.js';
import { type Client, notFound, type Prisma, type Transaction, transaction } from '../client.js';
import { fromCursor, newId, toCursor } from '../identifiers.js';
import type { Created, Idempotency, NewSubmission, Quota, SubmissionFilter, Submissions } from '../types.js';
import { anotherLike } from './another.js';
import { writeAudit } from './audit.js';
import { type EventRow, stateEvent, writeEvents } from './event-log.js';
import { quotaUse, spend } from './quota.js';
import { claimKey, replay } from './replayed.js';
import { requeueEnded } from './requeue.js';
import { countRuns, toItem, toJob, toRun, toSubmission, withPeople } from './rows.js';
import { lockSubmission, refreshState } from './submission-state.js';
import { forecast } from './turns.js';

const inOrder = { orderBy: { position: 'asc' } } as const;

const authorOf = (client: Client | Transaction, createdBy: string | null) =>
  createdBy === null ? null : client.account.findUnique({ where: { id: createdBy }, ...withPeople.author });

/** One after the other: a transaction has one connection, and that answers one query at a time. */
const peopleOf = async (client: Client | Transaction, row: Pick<Prisma.SubmissionModel, 'id' | 'createdBy'>) => {
  const where = { submissionId: row.id, ...withPeople.disputes.where };
  const disputes = await client.dispute.findMany({ where, select: withPeople.disputes.select });
  return { author: await authorOf(client, row.createdBy), disputes };
};

const find = async (client: Client | Transaction, id: string): Promise<Submission> => {
  const row = await client.submission.findUnique({ where: { id }, include: { runs: inOrder } });
  if (row === null) throw notFound('submission', id);
  return toSubmission({ ...row, ...(await peopleOf(client, row)) });
};

/** Submission, runs and outbox rows in one statement; what comes back is what `find` would read. */
const insert = async (tx: Transaction, input: NewSubmission): Promise<Submission> => {
  const { kind, board, title, label, division, recipe, recipeHash, targets, seeds, capability, createdBy } = input;
  const id = newId();
  const stages = input.stages.map((stage): Stage => ({ ...stage, state: 'waiting', seconds: null, progress: null }));
  const wanted = (targets.length > 0 ? targets : [null]).flatMap((target) => seeds.map((seed) => ({ target, seed })));
  const runs = wanted.map((run) => ({ ...run, id: newId() }));
  const runCounts = countRuns(runs.map(() => ({ state: 'queued' })));
  const rows = JSON.stringify(runs.map((run) => ({ ...run, job: toJob({ id: run.id, attempt: 1, ...capability }) })));
  const [written] = await tx.$queryRaw<{ at: Date; author: string | null }[]>`
    WITH submitted AS (
      INSERT INTO submissions (id, kind, board, title, label, division, recipe, recipe_hash, targets, seeds, created_by,
        run_counts, is_private)
      VALUES (${id}, ${kind}, ${board}, ${title}, ${label}, ${division}, ${JSON.stringify(recipe)}::jsonb, ${recipeHash},
        ${JSON.stringify(targets)}::jsonb, ${[...seeds]}::int[], ${createdBy}, ${JSON.stringify(runCounts)}::jsonb,
        ${input.isPrivate ?? false})
      RETURNING created_at, created_by
    ), wanted AS (
      SELECT run, place FROM jsonb_array_elements(${rows}::jsonb) WITH ORDINALITY AS list(run, place)
    ), waiting AS (
      INSERT INTO runs (id, submission_id, board, position, target, target_label, seed, device, memory_bytes, owner, stages,
        flags, estimated_seconds)
      SELECT run->>'id', ${id}, ${board}, place - 1, nullif(run->'target', 'null'), run->'target'->>'label',
        (run->>'seed')::int, ${capability.device}, ${capability.memoryBytes}::bigint, ${createdBy ?? ''},
        ${JSON.stringify(stages)}::jsonb, '{}',
        ${(input.estimatedSeconds ?? 0) / runs.length}::float8
      FROM wanted
    ), files AS (
      INSERT INTO submission_files (submission_id, sha256)
      SELECT DISTINCT ${id}, sha256 FROM unnest(${[...(input.files ?? [])]}::text[]) AS sha256
    ), jobs AS (
      INSERT INTO outbox (run_id, attempt, payload) SELECT run->>'id', 1, run->'job' FROM wanted ORDER BY place
    )
    SELECT s.created_at AS at, p.name AS author FROM submitted s LEFT JOIN accounts p ON p.id = s.created_by`;
  const createdAt = written!.at.toISOString();
  return {
    id,
    ...{ kind, board, title, label, recipe, targets: [...targets], seeds: [...seeds], createdAt },
    ...{ state: 'queued', progress: 0, withdrawn: false, withdrawnReason: null, openDisputes: 0 },
    ...{ private: input.isPrivate ?? false, publishedAt: null },
    ...{ finishedAt: null, runCounts, outcomes: [] },
    submitter: createdBy === null ? null : { id: createdBy, name: written!.author! },
    runs: runs.map((run) => ({
      ...{ ...run, submission: id, board, stages, createdAt },
      ...{ state: 'queued', attempt: 1, problem: null, result: null, startedAt: null, finishedAt: null },
    })),
  };
};

/** Inserting the key waits for a concurrent request with the same one; false = that one was first. */
const create = (client: Client, input: NewSubmission, idempotency?: Idempotency, quota?: Quota): Promise<Created> =>
  transaction(client, async (tx) => {
    if (idempotency !== undefined && !(await claimKey(tx, idempotency))) return replay(tx, idempotency);
    const runs = Math.max(1, input.targets.length) * input.seeds.length;
    const asked = { runs, seconds: input.estimatedSeconds ?? 0 };
    const used = quota && input.createdBy !== null ? await spend(tx, input.createdBy, asked, quota) : null;
    const submission = await insert(tx, input);
    if (idempotency !== undefined) {
      await tx.$executeRaw`
        UPDATE idempotency_keys SET response = ${JSON.stringify(submission)}::json
        WHERE scope = ${idempotency.scope} AND key = ${idempotency.key}`;
    }
    const events = submission.runs.map((run) => stateEvent(run.id, run.attempt, 'queued'));
    await writeEvents(tx, submission.id, events);
    return { submission, replayed: false, used };
  });

/** What the runs under way have done, by submission; those are few, however long the page. */
const progressUnderway = async (client: Client, submissions: readonly string[]): Promise<Map<string, number>> => {
  if (submissions.length === 0) return new Map();
  const rows = await client.$queryRaw<{ id: string; progress: number }[]>`
    SELECT submission_id AS id, sum(progress) AS progress FROM runs
    WHERE state = 'running' AND submission_id = ANY (${[...submissions]}::text[]) GROUP BY submission_id`;
  return new Map(rows.map(({ id, progress }) => [id, progress]));
};

/** What is public, and what of the rest is this person's. */
const visibleTo = (person: string | undefined): Prisma.SubmissionWhereInput[] => [
  { isPrivate: false },
  ...(person === undefined ? [] : [{ createdBy: person }]),
];

const list = async (client: Client, filter: SubmissionFilter) => {
  const { board, state, createdBy, limit, cursor } = filter;
  const rows = await client.submission.findMany({
    where: {
      ...(board === undefined ? {} : { board }),
      ...(state === undefined ? {} : { state }),
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(filter.privateOf === 'all' ? {} : { OR: visibleTo(filter.privateOf) }),
      ...(filter.includeWithdrawn ? {} : { withdrawnAt: null }),
      ...(cursor === undefined ? {} : { id: { lt: fromCursor(cursor) } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
    include: { ...withPeople, ...(filter.runs ? { runs: inOrder } : {}) },
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const underway = await progressUnderway(
    client,
    page.filter(({ state }) => state === 'running').map(({ id }) => id),
  );
  return {
    items: page.map((row): SubmissionItem => {
      const item = toItem(row, underway.get(row.id) ?? 0);
      return 'runs' in row ? { ...item, runs: (row.runs as Prisma.RunModel[]).map(toRun) } : item;
    }),
    nextCursor: rows.length > limit && last !== undefined ? toCursor(last.id) : null,
  };
};

const cancelRuns = async (tx: Transaction, id: string) => {
  const ended = await tx.$queryRaw<Pick<Run, 'id' | 'attempt'>[]>`
    UPDATE runs SET state = 'cancelled', finished_at = clock_timestamp()
    WHERE submission_id = ${id} AND state = 'queued' RETURNING id, attempt`;
  await tx.$executeRaw`UPDATE runs SET cancel_requested = true WHERE submission_id = ${id} AND state = 'running'`;
  await refreshState(tx, id);
  return ended.map((run) => stateEvent(run.id, run.attempt, 'cancelled'));
};

/** What the audit log says of a submission. */
const stateOf = ({ id, state, private: isPrivate, withdrawn, withdrawnReason, runs }: Submission) => ({
  id,
  state,
  private: isPrivate,
  withdrawn,
  withdrawnReason,
  attempts: runs.map(({ attempt }) => attempt),
});

/** Locks, changes, and writes down who did it. */
const change = (
  client: Client,
  id: string,
  action: string,
  by: Actor | undefined,
  work: (tx: Transaction, before: Submission) => Promise<EventRow[]>,
): Promise<Submission> =>
  transaction(client, async (tx) => {
    if (!(await lockSubmission(tx, id))) throw notFound('submission', id);
    const before = await find(tx, id);
    await writeEvents(tx, id, await work(tx, before));
    const after = await find(tx, id);
    const states = { before: stateOf(before), after: stateOf(after) };
    if (by) await writeAudit(tx, { action, target: `submission:${id}`, ...states }, by);
    return after;
  });

const ownerOf = async (client: Client | Transaction, id: string): Promise<string | null> => {
  const row = await client.submission.findUnique({ where: { id }, select: { createdBy: true } });
  if (row === null) throw notFound('submission', id);
  return row.createdBy;
};

const withdraw = (client: Client, id: string, reason: string | null, by?: Actor): Promise<Submission> =>
  change(client, id, 'submission.withdraw', by, async (tx) => {
    const events = await cancelRuns(tx, id);
    // What was said first stays.
    await tx.$executeRaw`
      UPDATE submissions SET withdrawn_at = clock_timestamp(), withdrawn_reason = ${reason}
      WHERE id = ${id} AND withdrawn_at IS NULL`;
    return events;
  });

const rerun = (client: Client, id: string, quota?: Quota, by?: Actor): Promise<Submission> =>
  change(client, id, 'submission.rerun', by, async (tx, { withdrawn, runs, submitter }) => {
    const again = runs.filter(({ state }) => state === 'failed' || state === 'cancelled').map((run) => run.id);
    if (quota && submitter !== null && !withdrawn) {
      const { _sum: sum } = await tx.run.aggregate({ where: { id: { in: again } }, _sum: { estimatedSeconds: true } });
      await spend(tx, submitter.id, { runs: again.length, seconds: sum.estimatedSeconds ?? 0 }, quota);
    }
    const events = withdrawn ? [] : await requeueEnded(tx, id);
    if (events.length === 0) {
      throw new TopiaryError('TOPIARY_API_CONFLICT', {
        where: `submission '${id}'`,
        expected: 'a failed or cancelled run to start again',
        got: withdrawn ? 'a withdrawn submission' : 'none',
      });
    }
    await refreshState(tx, id);
    return events;
  });

const publish = (client: Client, id: string, by?: Actor): Promise<Submission> =>
  change(client, id, 'submission.publish', by, async (tx, { private: isPrivate, withdrawn }) => {
    if (!isPrivate || withdrawn)
      throw new TopiaryError('TOPIARY_API_CONFLICT', {
        where: `submission '${id}'`,
        expected: 'a private one',
        got: withdrawn ? 'a withdrawn one' : 'one that everybody sees',
      });
    await tx.submission.update({ where: { id }, data: { isPrivate: false, publishedAt: new Date() } });
    return [];
  });

/** Ids are ordered by time. */
const tries = async (client: Client, id: string): Promise<Tries | null> => {
  const row = await client.submission.findUnique({ where: { id }, select: { createdBy: true, board: true } });
  if (row === null) throw notFound('submission', id);
  if (row.createdBy === null) return null;
  const before = { createdBy: row.createdBy, board: row.board, id: { lte: id } };
  const [all, unpublished] = await Promise.all([
    client.submission.count({ where: before }),
    client.submission.count({ where: { ...before, isPrivate: true } }),
  ]);
  return { all, unpublished };
};

/** Of its own files, its owner's claim goes, too: nothing else of theirs may name them. */
const dropFiles = (client: Client, id: string, by?: Actor): Promise<Submission> =>
  change(client, id, 'submission.drop-files', by, async (tx, { runs }) => {
    if (runs.some(({ state }) => state === 'queued' || state === 'running'))
      throw new TopiaryError('TOPIARY_API_CONFLICT', {
        where: `submission '${id}'`,
        expected: 'one whose runs have ended',
        got: 'runs that may need the files',
      });
    await tx.$executeRaw`
      DELETE FROM artefact_owners o USING submission_files f, submissions s
      WHERE f.submission_id = ${id} AND s.id = ${id} AND o.sha256 = f.sha256 AND o.account_id = s.created_by`;
    await tx.submissionFile.deleteMany({ where: { submissionId: id } });
    await tx.runArtefact.deleteMany({ where: { kind: 'model', run: { submissionId: id } } });
    return [];
  });

export const submissions = (client: Client): Submissions => ({
  create: (input, idempotency, quota) => create(client, input, idempotency, quota),
  list: (filter) => list(client, filter),
  get: (id) => find(client, id),
  another: (id) => anotherLike(client, id),
  state: async (id) => {
    const row = await client.submission.findUnique({ where: { id }, select: { state: true } });
    if (row === null) throw notFound('submission', id);
    return row.state;
  },
  owner: (id) => ownerOf(client, id),
  access: async (id) => {
    const row = await client.submission.findUnique({ where: { id }, select: { createdBy: true, isPrivate: true } });
    if (row === null) throw notFound('submission', id);
    return { owner: row.createdBy, isPrivate: row.isPrivate };
  },
  publish: (id, by) => publish(client, id, by),
  tries: (id) => tries(client, id),
  cancel: (id, by) => change(client, id, 'submission.cancel', by, (tx) => cancelRuns(tx, id)),
  withdraw: (id, reason = null, by) => withdraw(client, id, reason, by),
  rerun: (id, quota, by) => rerun(client, id, quota, by),
  dropFiles: (id, by) => dropFiles(client, id, by),
  quotaUse: (createdBy) => quotaUse(client, createdBy),
  forecast: (id) => forecast(client, id),
  count: () => client.submission.count(),
});
