/** `GET /status`: is anything running, and who computes? */
import { Status, WorkerReport } from '@topiary/contracts';
import type { Route } from '../context.js';

/** A worker that has been silent for longer is taken for gone. */
const SILENT_MS = 90_000;

export const status: Route = (app, { db, queueCounts, version }) => {
  app.get('/api/v1/status', { schema: { tags: ['status'], response: { 200: Status } } }, async () => {
    const [queue, counts, reports, today] = await Promise.all([
      queueCounts(),
      db.runs.counts(),
      db.settings.list('worker:'),
      db.runs.finishedSince(new Date(Date.now() - 24 * 3600 * 1000)),
    ]);
    const workers = reports
      .map(({ value }) => WorkerReport.safeParse(value))
      .flatMap(({ success, data }) => (success && Date.now() - Date.parse(data.lastSeen) < SILENT_MS ? [data] : []));
    return {
      version,
      // The database holds the truth; what lies in the queue is a hint.
      queue: { waiting: Math.max(counts.queued, queue.waiting), active: counts.running },
      workers,
      runs: { today, total: counts.done },
      uptimeSeconds: process.uptime(),
    };
  });
};
