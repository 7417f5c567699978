/** `GET /submissions/:id/events`: server-sent events; `Last-Event-ID` replays what was missed. */
import type { RunEventRecord } from '@topiary/contracts';
import { z } from 'zod';
import type { Route } from '../context.js';

const HEARTBEAT_MS = 15_000;
/** A notice can be lost; asking again this often bounds the delay. */
const POLL_MS = 5_000;
const PAGE = 500;
const ENDED = new Set(['done', 'failed', 'cancelled']);

const line = (record: RunEventRecord): string => `id: ${record.id}\ndata: ${JSON.stringify(record)}\n\n`;

export const events: Route = (app, { db, events: hub }) => {
  app.get(
    '/api/v1/submissions/:id/events',
    {
      config: { compress: false },
      schema: {
        tags: ['submissions'],
        description: 'A text/event-stream of run events; ends with `event: end` when every run has ended.',
        params: z.object({ id: z.string() }),
        querystring: z.object({ lastEventId: z.string().regex(/^\d+$/).optional() }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await db.submissions.get(id);
      const header = request.headers['last-event-id'];
      let last = typeof header === 'string' && /^\d+$/.test(header) ? header : (request.query.lastEventId ?? '0');
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      raw.write(': topiary\n\n');

      let wake: () => void = () => {};
      let notified = false;
      const unsubscribe = hub.subscribe(id, () => {
        notified = true;
        wake();
      });
      const heartbeat = setInterval(() => raw.write(': alive\n\n'), HEARTBEAT_MS);
      const sleep = () =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (notified) wake();
        });
      let open = true;
      raw.on('close', () => {
        open = false;
        wake();
      });
      try {
        while (open) {
          notified = false;
          // The state is read first: what was written before it ended is then surely among the events.
          const { state } = await db.submissions.get(id);
          let page: RunEventRecord[];
          do {
            page = await db.events.after(last, { submission: id }, PAGE);
            if (page.length > 0) raw.write(page.map(line).join(''));
            last = page.at(-1)?.id ?? last;
          } while (open && page.length === PAGE);
          if (ENDED.has(state)) {
            raw.write('event: end\ndata: {}\n\n');
            break;
          }
          if (open) await sleep();
        }
      } catch (error) {
        request.log.warn({ err: error }, 'event stream ended early');
      } finally {
        clearInterval(heartbeat);
        unsubscribe();
        raw.end();
      }
    },
  );
};
