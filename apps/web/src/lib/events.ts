/** Server-sent events over fetch: unlike EventSource it can start from a known id and tells apart a lost line and a refusal. */
import type { RunEventRecord } from '@topiary/contracts';

export interface SseMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Takes pieces of a stream as they come, hands out whole messages (the rules of the HTML standard, section 9.2.6). */
export const createSseParser = (emit: (message: SseMessage) => void): ((piece: string) => void) => {
  let rest = '';
  let id: string | null = null;
  let event = '';
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) emit({ id, event: event || 'message', data: data.join('\n') });
    event = '';
    data = [];
  };
  const take = (line: string) => {
    if (line === '') return dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  };
  return (piece) => {
    rest += piece;
    // A lone CR at the end may be the first half of CRLF: it waits for the next piece.
    const held = rest.endsWith('\r') ? '\r' : '';
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + held;
    for (const line of lines) take(line);
  };
};

const parseRecord = (data: string): RunEventRecord | null => {
  try {
    const record = JSON.parse(data) as RunEventRecord;
    return record && typeof record === 'object' && 'event' in record && 'run' in record ? record : null;
  } catch {
    return null;
  }
};

export type Connection = 'connecting' | 'open' | 'lost' | 'closed';

interface Options {
  readonly signal: AbortSignal;
  /** Batches: one call per piece of the stream, so that a replay of a thousand events renders once. */
  readonly onRecords: (records: readonly RunEventRecord[]) => void;
  readonly onConnection: (connection: Connection) => void;
  /** Asked after the server ended the stream: `true` = there is more to come, connect again. */
  readonly expectMore: () => boolean;
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Reads one connection to its end; answers the HTTP status, and whether the server said that nothing more will come. */
const readOnce = async (
  url: string,
  lastId: string | null,
  options: Options,
  seen: (id: string) => void,
): Promise<{ status: number; ended: boolean }> => {
  const response = await fetch(url, {
    signal: options.signal,
    headers: { accept: 'text/event-stream', ...(lastId === null ? {} : { 'last-event-id': lastId }) },
  });
  const { status } = response;
  if (!response.ok || response.body === null) return { status, ended: false };
  options.onConnection('open');
  let batch: RunEventRecord[] = [];
  let ended = false;
  const feed = createSseParser(({ id, event, data }) => {
    if (event === 'end') ended = true;
    const record = parseRecord(data);
    if (record) batch.push(record);
    if (id) seen(id);
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { status, ended };
    feed(value);
    if (batch.length > 0) options.onRecords(batch);
    batch = [];
  }
};

/** Follows a stream until it is aborted or over; after a break it resumes behind the last event it has. */
export const followEvents = async (url: string, options: Options): Promise<void> => {
  let lastId: string | null = null;
  let failures = 0;
  options.onConnection('connecting');
  while (!options.signal.aborted) {
    try {
      const { status, ended } = await readOnce(url, lastId, options, (id) => {
        lastId = id;
        failures = 0;
      });
      // 4xx will not mend itself by asking again.
      const refused = status >= 400 && status < 500;
      if (refused || ended || !options.expectMore()) return options.onConnection('closed');
    } catch {
      if (options.signal.aborted) return;
    }
    options.onConnection('lost');
    failures += 1;
    await wait(Math.min(15_000, 500 * 2 ** Math.min(failures, 5)), options.signal);
  }
};
