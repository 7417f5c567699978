/** `GET /status`: is anything running, and who computes? */
import { Status } from '@topiary/contracts';
import { checksOf } from '../consumption.js';
import type { Route } from '../context.js';
import { liveWorkers } from '../queue-place.js';

export const status: Route = (app, { db, queueCounts, version, limits }) => {
  app.get(
    '/api/v1/status',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'Status',
        description: 'Whether anything runs, who computes, and what is wrong.',
        tags: ['status'],
        response: { 200: Status },
      },
    },
    async () => {
      const [consumption, devices, lastBackup, queue, counts, workers, today] = await Promise.all([
        db.runs.consumption(),
        db.runs.waitingDevices(),
        db.settings.get('backup:last'),
        queueCounts(),
        db.runs.counts(),
        liveWorkers(db),
        db.runs.finishedSince(new Date(Date.now() - 24 * 3600 * 1000)),
      ]);
      return {
        version,
        checks: checksOf({ consumption, devices, workers, lastBackup }, limits.stuckSeconds),
        // The database holds the truth; what lies in the queue is a hint.
        queue: { waiting: Math.max(counts.queued, queue.waiting), active: counts.running },
        workers,
        runs: { today, total: counts.done },
        uptimeSeconds: process.uptime(),
      };
    },
  );
};
