/** Where a submission stands in the queue, and when it will probably begin. */
import { type QueuePlace, WorkerReport } from '@topiary/contracts';
import type { Database } from '@topiary/db';
import { BOARDS } from '@topiary/tracks/catalogue';

/** A worker that has been silent for longer is taken for gone. */
const SILENT_MS = 90_000;
const TYPICAL_MS = 30_000;
/** Of a board that nobody has measured and no track declares. */
const UNKNOWN_SECONDS = 120;

interface Typical {
  readonly at: number;
  readonly seconds: Promise<ReadonlyMap<string, number>>;
}
const memory = new WeakMap<Database, Typical>();

const typicalSeconds = (db: Database): Promise<ReadonlyMap<string, number>> => {
  const known = memory.get(db);
  if (known && Date.now() - known.at < TYPICAL_MS) return known.seconds;
  const seconds = db.runs.typicalSeconds();
  memory.set(db, { at: Date.now(), seconds });
  seconds.catch(() => memory.delete(db));
  return seconds;
};

export const liveWorkers = async (db: Database): Promise<WorkerReport[]> => {
  const reports = await db.settings.list('worker:');
  return reports
    .map(({ value }) => WorkerReport.safeParse(value))
    .flatMap(({ success, data }) => (success && Date.now() - Date.parse(data.lastSeen) < SILENT_MS ? [data] : []));
};

/** Seconds of work before it, shared by the workers; what is running has done its share already. */
export const queuePlace = async (db: Database, submission: string): Promise<QueuePlace | null> => {
  const { position, before } = await db.submissions.forecast(submission);
  if (position === null) return null;
  const [typical, workers] = await Promise.all([typicalSeconds(db), liveWorkers(db)]);
  const secondsOf = (board: string): number =>
    typical.get(board) ?? BOARDS.find(({ id }) => id === board)?.estimateSeconds ?? UNKNOWN_SECONDS;
  const work = before.reduce((sum, b) => sum + (b.queued + b.running - b.progress) * secondsOf(b.board), 0);
  const estimatedStart =
    workers.length === 0 ? null : new Date(Date.now() + (1000 * work) / workers.length).toISOString();
  return { position, estimatedStart };
};
