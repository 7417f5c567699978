/** What those who look after the server want to know of runs: which failed and why, what is under way. */
import type { FailedRun, Problem } from '@topiary/contracts';
import type { Client, Prisma } from '../client.js';
import { fromCursor, toCursor } from '../identifiers.js';
import type { Consumption, Runs } from '../types.js';
import { fromJson, iso } from './rows.js';

const submission = { select: { label: true, author: { select: { id: true, name: true } } } } as const;
type FailedRow = Prisma.RunGetPayload<{ include: { submission: typeof submission } }>;

const toFailed = (row: FailedRow): FailedRun => ({
  run: row.id,
  submission: row.submissionId,
  label: row.submission.label,
  board: row.board,
  submitter: row.submission.author,
  target: row.targetLabel,
  seed: row.seed,
  attempt: row.attempt,
  problem: fromJson<Problem | null>(row.problem),
  finishedAt: iso(row.finishedAt),
});

const failed: (client: Client) => Runs['failed'] =
  (client) =>
  async ({ limit, cursor }) => {
    const rows = await client.run.findMany({
      where: {
        state: 'failed',
        submission: { withdrawnAt: null },
        ...(cursor === undefined ? {} : { id: { lt: fromCursor(cursor) } }),
      },
      orderBy: { id: 'desc' },
      take: limit + 1,
      include: { submission },
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(toFailed), nextCursor: rows.length > limit && last ? toCursor(last.id) : null };
  };

const underway: (client: Client) => Runs['underway'] = (client) => async () => {
  const [running, oldest] = await Promise.all([
    client.run.findMany({ where: { state: 'running' }, orderBy: { startedAt: 'asc' }, take: 100 }),
    client.run.findFirst({ where: { state: 'queued' }, orderBy: { queuedAt: 'asc' }, select: { queuedAt: true } }),
  ]);
  return {
    oldestQueuedAt: iso(oldest?.queuedAt ?? null),
    running: running.map((row) => ({
      run: row.id,
      submission: row.submissionId,
      board: row.board,
      worker: row.worker,
      attempt: row.attempt,
      progress: row.progress,
      startedAt: iso(row.startedAt),
      leaseUntil: iso(row.leaseUntil),
    })),
  };
};

const consumption: (client: Client) => Runs['consumption'] = (client) => async () => {
  const [row] = await client.$queryRaw<Consumption[]>`
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8 AS "waitingSeconds",
      (SELECT extract(epoch FROM clock_timestamp() - max(served_at)) FROM turns)::float8 AS "idleSeconds",
      EXISTS (SELECT 1 FROM runs WHERE state = 'running' AND lease_until > clock_timestamp()) AS underway
    FROM runs WHERE state = 'queued'`;
  return row!;
};

const waitingDevices: (client: Client) => Runs['waitingDevices'] = (client) => async () => {
  const devices = await client.$queryRaw<{ device: string }[]>`
    SELECT DISTINCT device FROM waiting WHERE runs > 0
    UNION SELECT device FROM runs WHERE state = 'queued' AND resumed`;
  return devices.map(({ device }) => device);
};

export const runsOverview = (client: Client): Pick<Runs, 'failed' | 'underway' | 'consumption' | 'waitingDevices'> => ({
  waitingDevices: waitingDevices(client),
  consumption: consumption(client),
  failed: failed(client),
  underway: underway(client),
});
