/** Event streams: the parser by the HTML standard's examples, resuming against a real server, the reducer by hand. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Run, RunEvent, RunEventRecord } from '@topiary/contracts';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { applyRecords, mergeRuns, type RunViews } from '../../../apps/web/src/features/submission/reducer.js';
import { createSseParser, followEvents, type SseMessage } from '../../../apps/web/src/lib/events.js';

const parse = (pieces: readonly string[]): SseMessage[] => {
  const messages: SseMessage[] = [];
  const feed = createSseParser((message) => messages.push(message));
  for (const piece of pieces) feed(piece);
  return messages;
};

describe('the stream parser', () => {
  // The examples of section 9.2.6 of the HTML standard.
  it('reads the standard’s examples', () => {
    expect(parse(['data: YHOO\ndata: +2\ndata: 10\n\n'])[0]?.data).toBe('YHOO\n+2\n10');
    const mixed = ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n';
    expect(parse([mixed])).toEqual([
      { id: '1', event: 'message', data: 'first event' },
      { id: '', event: 'message', data: 'second event' },
      { id: '', event: 'message', data: ' third event' },
    ]);
    expect(parse(['data\n\ndata\ndata\n\ndata:']).map(({ data }) => data)).toEqual(['', '\n']);
    expect(parse(['data:test\n\ndata: test\n\n']).map(({ data }) => data)).toEqual(['test', 'test']);
  });
  it('gives the same however the stream is cut', () => {
    const stream = 'id: 1\r\nevent: run\r\ndata: {"a":1}\r\n\r\ndata: b\rdata: c\r\rid: 2\ndata: ü\n\n';
    const whole = parse([stream]);
    expect(whole.map(({ data }) => data)).toEqual(['{"a":1}', 'b\nc', 'ü']);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        expect(parse(at.slice(1).map((end, i) => stream.slice(at[i], end)))).toEqual(whole);
      }),
    );
  });
});

const record = (sequence: number, event: RunEvent, attempt = 1): RunEventRecord => ({
  id: String(sequence),
  run: 'r',
  attempt,
  sequence,
  at: '2026-01-01T00:00:00.000Z',
  event,
});
const stage = (id: string, progress: number): RunEvent => ({
  type: 'stage',
  stage: id,
  state: 'running',
  progress,
  seconds: null,
  etaSeconds: 9,
});
const curve = (steps: number[], values: number[]): RunEvent => ({
  type: 'curve',
  stage: 'finetune',
  series: 'loss',
  steps,
  values,
});
const state = (name: Run['state']): RunEvent => ({ type: 'state', state: name, problem: null });

const stages: Run['stages'] = ['prune', 'finetune'].map((id) => ({
  id,
  title: id.toUpperCase(),
  state: 'waiting',
  seconds: null,
  progress: null,
}));
const run = (change: Partial<Run> = {}): Run => ({
  id: 'r',
  submission: 's',
  board: 'b',
  state: 'queued',
  target: null,
  seed: 0,
  attempt: 1,
  stages,
  problem: null,
  result: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  ...change,
});

describe('the reducer', () => {
  const start: RunViews = mergeRuns({}, [run()]);
  const events = [
    record(1, state('running')),
    record(2, stage('finetune', 0.5)),
    record(3, curve([1, 2], [2.5, 2])),
    record(4, curve([3], [1.5])),
    record(5, { type: 'log', level: 'warn', text: 'rounded' }),
  ];
  it('builds the view of a run', () => {
    const view = applyRecords(start, events)['r'];
    expect(view).toMatchObject({ state: 'running', lastSequence: 5, log: [{ level: 'warn', text: 'rounded' }] });
    expect(view?.stages.map(({ id, title, state: s, progress }) => [id, title, s, progress])).toEqual([
      ['prune', 'PRUNE', 'waiting', null],
      ['finetune', 'FINETUNE', 'running', 0.5],
    ]);
    expect(view?.curves['loss']?.points).toEqual([
      { step: 1, value: 2.5 },
      { step: 2, value: 2 },
      { step: 3, value: 1.5 },
    ]);
  });
  it('counts an event once, however often it comes', () => {
    const once = applyRecords(start, events);
    expect(applyRecords(once, events)).toEqual(once);
    expect(
      applyRecords(
        start,
        events.flatMap((event, i) => [event, ...events.slice(0, i)]),
      ),
    ).toEqual(once);
  });
  it('starts over with a new attempt, and ignores an old one', () => {
    const second = applyRecords(start, [...events, record(1, state('running'), 2)])['r'];
    expect(second).toMatchObject({ attempt: 2, curves: {}, log: [] });
    expect(second?.stages.every((s) => s.state === 'waiting')).toBe(true);
    const views = applyRecords(start, [record(1, state('running'), 2)]);
    expect(applyRecords(views, [record(9, state('failed'), 1)])).toBe(views);
  });
  it('lets the record have the last word when the run is over, but not before', () => {
    const live = applyRecords(start, events);
    expect(mergeRuns(live, [run({ state: 'queued' })])).toEqual(live);
    const over = mergeRuns(live, [run({ state: 'done', stages: stages.map((s) => ({ ...s, state: 'done' })) })])['r'];
    expect(over?.state).toBe('done');
    expect(over?.stages.map((s) => s.state)).toEqual(['done', 'done']);
    expect(over?.curves['loss']?.points.length).toBe(3);
  });
  it('drops values that are no numbers', () => {
    const broken = applyRecords(start, [record(1, curve([1, 2, 3], [1, Number.NaN]))]);
    expect(broken['r']?.curves['loss']?.points).toEqual([{ step: 1, value: 1 }]);
  });
});

describe('following a stream', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  it('resumes behind the last event after a break, and stops when nothing more is to come', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      const after = Number(request.headers['last-event-id'] ?? 0);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const line = (n: number) => `id: ${n}\ndata: ${JSON.stringify(record(n, stage('prune', n / 4)))}\n\n`;
      if (after > 0) return response.end([3, 4].map(line).join(''));
      // Two events, half of a third, then the line breaks.
      response.write(line(1) + line(2) + line(3).slice(0, 20));
      return setTimeout(() => response.destroy(), 30);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
    const seen: number[] = [];
    const connections: string[] = [];
    await followEvents(url, {
      signal: new AbortController().signal,
      onRecords: (records) => seen.push(...records.map(({ sequence }) => sequence)),
      onConnection: (connection) => connections.push(connection),
      expectMore: () => seen.length < 4,
    });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([undefined, '2']);
    expect(connections).toEqual(['connecting', 'open', 'lost', 'open', 'closed']);
  });

  it('does not ask again after a refusal', async () => {
    let count = 0;
    const server = createServer((_, response) => {
      count += 1;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    await followEvents(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      signal: new AbortController().signal,
      onRecords: () => {},
      onConnection: () => {},
      expectMore: () => true,
    });
    expect(count).toBe(1);
  });
});
