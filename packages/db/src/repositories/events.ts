/** Reading events for the event stream: all after an id, in order. */
import type { RunEvent, RunEventRecord } from '@topiary/contracts';
import { type Client, Prisma } from '../client.js';
import type { EventFilter, EventNews, Events } from '../event-types.js';

const MOST = 1000;

interface Row {
  readonly id: bigint;
  readonly run: string;
  readonly attempt: number;
  readonly sequence: number;
  readonly at: Date;
  readonly event: RunEvent;
}

const after = async (client: Client, lastId: string, filter: EventFilter, limit = MOST): Promise<RunEventRecord[]> => {
  // An id that is no number of ours comes from a foreign Last-Event-ID header: begin at the start.
  const from = /^\d{1,18}$/.test(lastId) ? BigInt(lastId) : 0n;
  const ofRun = filter.run === undefined ? Prisma.empty : Prisma.sql`AND e.run_id = ${filter.run}`;
  const ofSubmission =
    filter.submission === undefined
      ? Prisma.empty
      : Prisma.sql`AND e.run_id IN (SELECT id FROM runs WHERE submission_id = ${filter.submission})`;
  const rows = await client.$queryRaw<Row[]>`
    SELECT e.id, e.run_id AS run, e.attempt, e.sequence, e.at, e.event FROM run_events e
    WHERE e.id > ${from} ${ofRun} ${ofSubmission}
    ORDER BY e.id LIMIT ${Math.min(limit, MOST)}`;
  return rows.map((row) => ({ ...row, id: row.id.toString(), at: row.at.toISOString() }));
};

const news = async (client: Client, lastId: string | null): Promise<EventNews> => {
  const [newest] = await client.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM run_events`;
  const last = newest?.id ?? 0n;
  if (lastId === null || BigInt(lastId) >= last) return { lastId: String(last), submissions: [] };
  const rows = await client.$queryRaw<{ submission: string }[]>`
    SELECT DISTINCT r.submission_id AS submission FROM run_events e JOIN runs r ON r.id = e.run_id
    WHERE e.id > ${BigInt(lastId)} AND e.id <= ${last}`;
  return { lastId: String(last), submissions: rows.map(({ submission }) => submission) };
};

export const events = (client: Client): Events => ({
  news: (lastId) => news(client, lastId),
  after: (lastId, filter, limit) => after(client, lastId, filter, limit),
});
