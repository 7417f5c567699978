/** `GET /submissions/:id/events`: server-sent events; `Last-Event-ID` replays what was missed. */
import type { ServerResponse } from 'node:http';
import type { RunEventRecord } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { mustSee } from '../accounts/visibility.js';
import type { Route } from '../context.js';
import { openFeeds, type Watcher } from '../event-feeds.js';

const HEARTBEAT_MS = 15_000;
/** Whoever lets this much wait is too slow to be held in memory: cut off, and free to come back for the rest. */
const MOST_BEHIND = 2 ** 20;
const MOST_BEATS_BEHIND = 4;

const line = (record: RunEventRecord): string => `id: ${record.id}\ndata: ${JSON.stringify(record)}\n\n`;

/** Events as text, written once for all who are told them. */
const lines = new WeakMap<RunEventRecord, string>();
const lineOf = (record: RunEventRecord): string => {
  const known = lines.get(record) ?? line(record);
  lines.set(record, known);
  return known;
};

const drained = (raw: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      raw.off('drain', done).off('close', done);
      resolve();
    };
    raw.on('drain', done).on('close', done);
  });

class Stream implements Watcher {
  last: string;
  gone = false;
  readonly #raw: ServerResponse;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #onError: (error: unknown) => void;

  constructor(raw: ServerResponse, last: string, onError: (error: unknown) => void) {
    this.#raw = raw;
    this.last = last;
    this.#onError = onError;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    raw.on('close', () => {
      this.gone = true;
      clearInterval(this.#heartbeat);
    });
  }

  #beats = 0;

  /** Nobody is there any more where nothing has been taken for so long. */
  #beat(): void {
    this.#beats = this.#raw.writableNeedDrain ? this.#beats + 1 : 0;
    if (this.#beats >= MOST_BEATS_BEHIND) this.#raw.destroy();
    else this.#raw.write(': alive\n\n');
  }

  /** Written at once and in order, whoever waits for room or not. */
  async tell(records: readonly RunEventRecord[]): Promise<void> {
    const from = BigInt(this.last);
    const fresh = records.filter(({ id }) => BigInt(id) > from);
    if (fresh.length === 0 || this.gone) return;
    if (this.#raw.writableLength > MOST_BEHIND) {
      this.#raw.destroy();
      return;
    }
    this.last = fresh.at(-1)!.id;
    if (!this.#raw.write(fresh.map(lineOf).join(''))) await drained(this.#raw);
  }

  end(): void {
    if (!this.gone) this.#raw.end('event: end\ndata: {}\n\n');
  }

  fail(error: unknown): void {
    this.#onError(error);
    this.#raw.end();
  }
}

/** How many streams are open, in all and by who asked. */
const openDoor = ({ inAll, each }: { readonly inAll: number; readonly each: number }) => {
  const open = new Map<string, number>();
  let all = 0;
  return {
    enter: (who: string): (() => void) => {
      const own = open.get(who) ?? 0;
      if (own >= each || all >= inAll)
        throw new TopiaryError('TOPIARY_API_RATE_LIMITED', {
          where: 'event streams',
          expected: own >= each ? `at most ${each} open at once` : `at most ${inAll} of all readers`,
          got: 'one more',
          cure: 'Close one, or ask for the submission itself now and then',
        });
      open.set(who, own + 1);
      all += 1;
      return () => {
        all -= 1;
        const left = (open.get(who) ?? 1) - 1;
        if (left > 0) open.set(who, left);
        else open.delete(who);
      };
    },
  };
};

const lastOf = ({ headers }: FastifyRequest, asked: string | undefined): string => {
  const header = headers['last-event-id'];
  // An id that is no number of ours comes from elsewhere: begin at the start.
  return typeof header === 'string' && /^\d{1,18}$/.test(header) ? header : (asked ?? '0');
};

export const events: Route = (app, context) => {
  const { limits } = context;
  const feeds = openFeeds(context);
  const door = openDoor(limits.streams);
  app.get(
    '/api/v1/submissions/:id/events',
    {
      config: { compress: false },
      schema: {
        operationId: 'streamEvents',
        summary: 'Events of a submission',
        description:
          'Server-sent events: states, stages, curves and log lines, each an `id:` and a `data:` line with a RunEventRecord. Resumed by Last-Event-ID; ends with `event: end` when every run has ended.',

        tags: ['submissions'],
        params: z.object({ id: z.string() }),
        querystring: z.object({
          lastEventId: z
            .string()
            .regex(/^\d{1,18}$/)
            .optional(),
        }),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await mustSee(context, request, id);
      const leave = door.enter(request.who?.id ?? request.ip);
      reply.hijack();
      const { raw } = reply;
      const onError = (error: unknown) => request.log.warn({ err: error }, 'event stream ended early');
      const stream = new Stream(raw, lastOf(request, request.query.lastEventId), onError);
      raw.on('close', () => {
        leave();
        feeds.leave(id, stream);
      });
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      raw.write(': topiary\n\n');
      await feeds.watch(id, stream).catch((error: unknown) => stream.fail(error));
    },
  );
};
