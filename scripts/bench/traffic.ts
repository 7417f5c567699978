/**
 * `npx tsx scripts/bench/traffic.ts --minutes 30`: people read, watch and submit for a while, and the memory of every process
 * is written down (proportional set size; Linux). Ends with 1 unless the last sixth needs at most 5 % more than the third
 * sixth, when what is remembered has been filled. Runs only wait; `node scripts/setup.mjs` once before.
 *
 *   --minutes 30   --rate 20 (requests a second)   --queue postgres|redis
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isReady, submit, until } from '../kill/asking.js';
import { processesOf, random } from '../kill/chaos.js';
import { Attacked } from '../kill/server.js';
import { stageProject } from '../kill/stage.js';
import { type Goal, isMet, printGoals } from './goals.js';
import { type Heap, heapOf } from './heap.js';
import { timed } from './load.js';
import { pssKiB, whatIs } from './processes.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '20' },
    queue: { type: 'string', default: 'postgres' },
  },
});
const BOARDS = [
  'classification.resnet-tiny.shapes32',
  'classification.vgg-tiny.shapes32',
  'classification.vit-tiny.shapes32',
];
const SAMPLE_MS = 5_000;
const NEVER = new AbortController().signal;

/** What people do, with how often out of a hundred. */
const requestsOf = (server: Attacked, draw: () => number) => {
  const submitted: string[] = [];
  const one = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)]!;
  const get = (path: string, accept = 'application/json'): Promise<Response> =>
    fetch(`${server.url}${path}`, { headers: { accept, authorization: `Bearer ${server.key}` } });
  const board = () => one(BOARDS);
  const watch = async (): Promise<Response> => {
    const leave = AbortSignal.timeout(1000 + 4000 * draw());
    const id = one(submitted);
    return fetch(`${server.url}/api/v1/submissions/${id}/events`, { signal: leave });
  };
  const ask = async (index: number): Promise<Response> => {
    submitted.push((await submit(server, index, 1, NEVER))!);
    return new Response();
  };
  const html = 'text/html';
  const kinds: readonly [number, (index: number) => Promise<Response>][] = [
    [
      30,
      () =>
        get(
          `/api/v1/boards/${board()}/leaderboard?sort=${one(['rank', '-top1', 'params', 'at'])}&limit=${one([20, 50, 100])}`,
        ),
    ],
    [20, () => get(`/boards/${board()}`, html)],
    [10, () => get('/', html)],
    [10, () => get('/api/v1/submissions?limit=100')],
    [10, () => (submitted.length > 0 ? get(`/api/v1/submissions/${one(submitted)}`) : get('/api/v1/status'))],
    [5, () => get('/api/v1/findings')],
    [5, () => get(`/api/v1/boards/${board()}/leaderboard?format=csv`)],
    [5, () => (submitted.length > 0 ? watch() : get('/readyz'))],
    [5, ask],
  ];
  return (index: number): Promise<Response> => {
    let left = 100 * draw();
    for (const [share, request] of kinds) {
      left -= share;
      if (left < 0) return request(index);
    }
    return get('/healthz');
  };
};

interface Sample {
  readonly at: number;
  /** Mebibytes by what the process is. */
  readonly memory: ReadonlyMap<string, number>;
  readonly heap: Heap | null;
}

const sample = async (server: Attacked, began: number): Promise<Sample> => {
  const memory = new Map<string, number>();
  for (const { pid, command } of processesOf(server.home)) {
    const what = whatIs(command);
    // They come and go with the runs.
    if (what !== 'worker-child') memory.set(what, (memory.get(what) ?? 0) + pssKiB(pid) / 1024);
  }
  return { at: (Date.now() - began) / 1000, memory, heap: await heapOf(server) };
};

/** The least that was in use is nearest to what a collection of garbage leaves. */
const heapIn = (samples: readonly Sample[]): string => {
  const heaps = samples.flatMap(({ heap }) => heap ?? []);
  if (heaps.length === 0) return 'its heap was not told';
  const each = (part: keyof Heap) => heaps.map((heap) => heap[part]);
  const [least, most] = [Math.min(...each('used')), Math.max(...each('used'))].map((mib) => mib.toFixed(0));
  const [held, external] = [Math.max(...each('held')), Math.max(...each('external'))].map((mib) => mib.toFixed(0));
  return `heap of the API ${least} to ${most} in use, ${held} held, ${external} of buffers`;
};

/** What was found since the last line. */
const tell = (samples: readonly Sample[], since: number): void => {
  const { at, memory } = samples.at(-1)!;
  const parts = [...memory].map(([what, mib]) => `${what} ${mib.toFixed(0)}`);
  console.log(
    `${(at / 60).toFixed(0)} min: ${parts.join(', ')} MB; ${heapIn(samples.filter((one) => one.at >= since))}`,
  );
};

const median = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

/** Of one kind of process, or of all, in a part of the time. */
const between = (samples: readonly Sample[], from: number, to: number, what: string | null): number =>
  median(
    samples
      .filter(({ at }) => at >= from && at < to)
      .map(({ memory }) =>
        what === null ? [...memory.values()].reduce((sum, one) => sum + one, 0) : (memory.get(what) ?? 0),
      ),
  );

const stage = await stageProject();
const server = await Attacked.start({
  stage,
  queue: values.queue === 'redis' ? 'redis' : 'postgres',
  workers: 1,
  waitMs: 100,
});
let goals: Goal[] = [];
try {
  await until('the start', 180, () => isReady(server));
  const seconds = 60 * Number(values.minutes);
  const request = requestsOf(server, random(1));
  const [began, samples] = [Date.now(), [] as Sample[]];
  const isOver = () => (Date.now() - began) / 1000 >= seconds;
  let told = 0;
  const sampling = (async () => {
    while (!isOver()) {
      samples.push(await sample(server, began));
      const { at } = samples.at(-1)!;
      if (at - told >= Math.max(60, seconds / 12)) {
        tell(samples, told);
        told = at;
      }
      await sleep(SAMPLE_MS);
    }
  })();
  const [statuses, pending] = [new Map<number, number>(), new Set<Promise<void>>()];
  for (let i = 0; !isOver(); i += 1) {
    const due = began + (1000 * i) / Number(values.rate);
    await sleep(Math.max(0, due - Date.now()));
    // Where the machine is slower than the rate, as many as it answers.
    while (pending.size >= 50) await Promise.race(pending);
    const answer = timed(() => request(i)).then(
      ({ status }) => void statuses.set(status, (statuses.get(status) ?? 0) + 1),
    );
    const settled = answer.finally(() => pending.delete(settled));
    pending.add(settled);
  }
  await Promise.all(pending);
  await sampling;
  console.log(`answers by status (0: a watcher who left): ${JSON.stringify(Object.fromEntries(statuses))}`);
  const sixth = seconds / 6;
  const grown = (what: string | null) => {
    const [before, after] = [between(samples, 2 * sixth, 3 * sixth, what), between(samples, 5 * sixth, seconds, what)];
    return { before, after, percent: 100 * (after / before - 1) };
  };
  for (const what of new Set(samples.flatMap(({ memory }) => [...memory.keys()]))) {
    const { before, after } = grown(what);
    console.log(`${what}: ${before.toFixed(1)} MB, then ${after.toFixed(1)} MB`);
  }
  const all = grown(null);
  goals = [
    { name: 'memory of all, third sixth', value: all.before, unit: 'MB' },
    { name: 'memory of all, last sixth', value: all.after, unit: 'MB' },
    { name: 'growth', value: all.percent, unit: '%', below: 5 },
    {
      name: 'answers of 500 and more',
      value: [...statuses].reduce((sum, [status, n]) => sum + (status >= 500 ? n : 0), 0),
      unit: '',
      below: 1,
    },
  ];
  printGoals(`${values.minutes} minutes of mixed traffic`, goals);
} finally {
  await server.stop();
  rmSync(stage, { recursive: true, force: true });
  rmSync(server.home, { recursive: true, force: true });
}
process.exit(goals.every(isMet) ? 0 : 1);
