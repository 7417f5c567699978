/** The events of a submission as they happen; a cut connection is taken up again where it broke. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './connect.js';
import type { components } from './generated/api.js';
import { ApiProblem } from './problem.js';

export type RunEventRecord = components['schemas']['RunEventRecord'];

export interface EventOptions {
  /** Resumes after this event; absent = from the beginning. */
  readonly lastEventId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before each further attempt. */
  readonly onReconnect?: ((error: unknown, waitMs: number) => void) | undefined;
  /** Gives up after so long without an answer (5 min). */
  readonly patienceMs?: number | undefined;
}

/** The server sends a sign of life every 15 s; three that are missing mean that the connection is dead. */
const SILENCE_MS = 45_000;
const LONGEST_WAIT_MS = 10_000;

interface Frame {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events (WHATWG HTML 9.2.6), as far as this API uses them: `event:` and `data:`; comments are skipped. */
const parseFrame = (text: string): Frame | null => {
  const fields = text.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const valuesOf = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2]!] : []));
  const data = valuesOf('data');
  return data.length === 0 ? null : { event: valuesOf('event')[0] ?? 'message', data: data.join('\n') };
};

const withTimeout = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`silent for ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await withTimeout(reader.read(), SILENCE_MS);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const whole = rest.split('\n\n');
      rest = whole.pop()!;
      for (const text of whole) {
        const frame = parseFrame(text);
        if (frame) yield frame;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A refusal is final, unless the server is only tired. */
const isFinal = (error: unknown): boolean =>
  error instanceof ApiProblem && error.problem.status < 500 && error.problem.status !== 429;

/** Every event once, in order; returns when all runs have ended. */
export async function* events(
  api: Api,
  submission: string,
  options: EventOptions = {},
): AsyncGenerator<RunEventRecord> {
  const { signal, onReconnect, patienceMs = 300_000 } = options;
  let last = options.lastEventId;
  let waitMs = 250;
  let heard = Date.now();
  for (;;) {
    try {
      const { response } = await api.GET('/api/v1/submissions/{id}/events', {
        params: { path: { id: submission }, query: last === undefined ? {} : { lastEventId: last } },
        headers: { accept: 'text/event-stream' },
        parseAs: 'stream',
        ...(signal === undefined ? {} : { signal }),
      });
      for await (const { event, data } of framesOf(response.body!)) {
        heard = Date.now();
        waitMs = 250;
        if (event === 'end') return;
        const record = JSON.parse(data) as RunEventRecord;
        last = record.id;
        yield record;
      }
      throw new Error('the stream ended early');
    } catch (error) {
      if (signal?.aborted || isFinal(error) || Date.now() - heard > patienceMs) throw error;
      onReconnect?.(error, waitMs);
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
  }
}
