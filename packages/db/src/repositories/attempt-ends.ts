/** All the ways in which an attempt at a run ends: each in one transaction, and only while the attempt is current. */
import { type Problem, type Result, toProblem } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { Admission } from '../board-types.js';
import { type Client, Prisma, type Transaction, transaction } from '../client.js';
import { jsonText } from '../json.js';
import type { AttemptRef, Runs } from '../types.js';
import { activateBaseModel } from './base-models.js';
import { openBoard } from './boards.js';
import { type EventRow, stateEvent, writeEvents } from './event-log.js';
import { requeueRun } from './requeue.js';
import { lockSubmissionOf, refreshOutcomes, refreshState } from './submission-state.js';

/** A run whose process dies this often is given up. */
const MOST_CRASHES = 3;

type Outcome = 'done' | 'failed' | 'cancelled' | 'requeued' | 'lost';
interface Step {
  readonly outcome: Outcome;
  readonly events: EventRow[];
}
interface Current {
  readonly crashes: number;
  readonly cancelRequested: boolean;
}

/**
 * The frame of every ending: lock the submission, see that the attempt is current (and, for the reconciler, that
 * its lease has run out), change the run, derive the submission's state, write the events.
 */
const endAttempt = (
  client: Client,
  { run, attempt }: AttemptRef,
  step: (tx: Transaction, current: Current) => Promise<Step>,
  onlyExpired = false,
): Promise<Outcome> =>
  transaction(client, async (tx) => {
    const submission = await lockSubmissionOf(tx, run);
    if (submission === null) return 'lost';
    const [current] = await tx.$queryRaw<Current[]>`
      SELECT crashes, cancel_requested AS "cancelRequested" FROM runs
      WHERE id = ${run} AND attempt = ${attempt} AND state = 'running'
        AND (NOT ${onlyExpired}::boolean OR lease_until < clock_timestamp())
      FOR NO KEY UPDATE`;
    if (current === undefined) return 'lost';
    const { outcome, events } = await step(tx, current);
    await refreshState(tx, submission);
    await writeEvents(tx, submission, events);
    return outcome;
  });

const close = async (
  tx: Transaction,
  { run, attempt }: AttemptRef,
  state: 'failed' | 'cancelled',
  problem: Problem | null,
): Promise<Step> => {
  await tx.$executeRaw`
    UPDATE runs SET state = ${state}::run_state, problem = ${problem === null ? null : jsonText(problem)}::jsonb,
      lease_until = NULL, finished_at = clock_timestamp()
    WHERE id = ${run}`;
  return { outcome: state, events: [stateEvent(run, attempt, state, problem)] };
};

const giveBack = async (
  tx: Transaction,
  ref: AttemptRef,
  { crashes, cancelRequested }: Current,
  crash: Problem | null,
): Promise<Step> => {
  if (cancelRequested) return close(tx, ref, 'cancelled', null);
  if (crash !== null && crashes + 1 >= MOST_CRASHES) return close(tx, ref, 'failed', crash);
  return { outcome: 'requeued', events: await requeueRun(tx, ref.run, crash !== null) };
};

const json = (value: unknown): Prisma.Sql => Prisma.sql`${jsonText(value)}::jsonb`;

const writeResult = async (tx: Transaction, run: string, result: Result, held: string | null): Promise<void> => {
  const seconds = Object.values(result.seconds).reduce((sum, value) => sum + value, 0);
  await tx.$executeRaw`
    UPDATE runs SET state = 'done', lease_until = NULL, finished_at = clock_timestamp(), progress = 1, problem = NULL,
      held_reason = ${held}, held_decision = NULL,
      result = ${json(result)}, achieved = ${result.achieved}::double precision, counter = ${result.counter},
      flags = ${result.flags}::text[], metrics = ${json(result.metrics)}, params = ${json(result.params)},
      macs = ${json(result.macs)}, costs = ${json(result.costs ?? null)}, axes = ${json(result.axes ?? null)}, latency = ${json(result.latency)}, machine = ${result.machine.fingerprint},
      protocol = ${result.protocol}, split_hash = ${result.splitHash}, seconds = ${seconds}::double precision,
      step_seconds = ${result.stepSeconds}::double precision, epoch_seconds = ${result.epochSeconds}::double precision
    WHERE id = ${run}`;
};

const writeArtefacts = async (tx: Transaction, run: string, { artefacts }: Result): Promise<void> => {
  const files = artefacts.map(({ sha256, bytes, mediaType }) => ({ sha256, bytes: BigInt(bytes), mediaType }));
  await tx.artefact.createMany({ data: files, skipDuplicates: true });
  const uses = artefacts.map(({ kind, sha256 }) => ({ runId: run, kind, sha256 }));
  await tx.runArtefact.createMany({ data: uses, skipDuplicates: true });
};

const finish = async (
  client: Client,
  ref: AttemptRef,
  result: Result,
  admission?: Admission,
  held: string | null = null,
): Promise<boolean> => {
  const outcome = await endAttempt(client, ref, async (tx) => {
    await writeResult(tx, ref.run, result, held);
    await writeArtefacts(tx, ref.run, result);
    await refreshOutcomes(tx, ref.run);
    if (admission?.board) await openBoard(tx, admission.board, ref.run);
    if (admission) await activateBaseModel(tx, admission.baseModel, ref.run);
    return { outcome: 'done', events: [stateEvent(ref.run, ref.attempt, 'done')] };
  });
  return outcome === 'done';
};

const noSignOfLife = (run: string, worker: string | null): Problem =>
  toProblem(
    new TopiaryError('TOPIARY_WORKER_CRASHED', {
      where: `run '${run}'`,
      expected: 'a heartbeat',
      got: `none from worker '${worker ?? '?'}' before its lease ran out, ${MOST_CRASHES} times`,
    }),
  );

const reconcile = async (client: Client) => {
  const expired = await client.$queryRaw<{ id: string; attempt: number; worker: string | null }[]>`
    SELECT id, attempt, worker FROM runs
    WHERE state = 'running' AND lease_until < clock_timestamp() ORDER BY lease_until LIMIT 100`;
  const tally = { requeued: 0, failed: 0, cancelled: 0 };
  for (const { id, attempt, worker } of expired) {
    const ref = { run: id, attempt };
    const crash = noSignOfLife(id, worker);
    const outcome = await endAttempt(client, ref, (tx, current) => giveBack(tx, ref, current, crash), true);
    if (outcome === 'requeued' || outcome === 'failed' || outcome === 'cancelled') tally[outcome]++;
  }
  return tally;
};

export const attemptEnds = (
  client: Client,
): Pick<Runs, 'finish' | 'fail' | 'crashed' | 'release' | 'cancelled' | 'reconcile'> => ({
  finish: (ref, result, admission, held) => finish(client, ref, result, admission, held),
  fail: async (ref, problem) => (await endAttempt(client, ref, (tx) => close(tx, ref, 'failed', problem))) === 'failed',
  crashed: async (ref, problem) => {
    const outcome = await endAttempt(client, ref, (tx, current) => giveBack(tx, ref, current, problem));
    return outcome === 'done' ? 'lost' : outcome;
  },
  release: async (ref) => (await endAttempt(client, ref, (tx, current) => giveBack(tx, ref, current, null))) !== 'lost',
  cancelled: async (ref) => (await endAttempt(client, ref, (tx) => close(tx, ref, 'cancelled', null))) === 'cancelled',
  reconcile: () => reconcile(client),
});
