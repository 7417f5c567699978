/**
 * How fast the API is, on a database of its own; never a test. Prints a table and adds a line to results/api.jsonl.
 * Command: npm run bench:api -- [--rows 50000] [--rounds 5] [--seconds 3] [--people 100] [--only pages,result,…]
 *
 * 1. Pages of a board with many rows: other sort, filter and cursor each time, so that no page is remembered.
 * 2. A remembered leaderboard beside Fastify's hello-world, in turns, as a ratio of medians.
 * 3. Fifty submissions a second by a hundred people, each with a key, every one a transaction in Postgres.
 * 4. A new result on that board, whose rows have their answers (`result`); 500 submissions in a minute (`burst`); lists
 *    (`lists`), claims and forecasts (`waiting`). What these must reach is printed beside; ends with 1 where it is missed.
 */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate, openDatabase, startEmbedded } from '@topiary/db';
import { addPerson } from '../../tests/helpers/people.js';
import { fillBoard } from './api-board.js';
import { type ListsBench, lists, waiting } from './api-lists.js';
import { newResults } from './api-result.js';
import { type Served, serveApi, serveHello } from './api-server.js';
import { type Goal, isMet, printGoals } from './goals.js';
import {
  cpuSeconds,
  familyCpuSeconds,
  openLoop,
  ownCpuSeconds,
  quantile,
  type Throughput,
  throughput,
  timed,
} from './load.js';
import { machine } from './machine.js';
import { summarize, table } from './summary.js';

const BOARD = 'classification.resnet-tiny.shapes32';
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    people: { type: 'string', default: '100' },
    only: { type: 'string', default: 'pages,remembered,submissions,result,burst,lists,waiting' },
  },
});
const [rows, rounds, seconds, people] = [values.rows, values.rounds, values.seconds, values.people].map(Number) as [
  number,
  number,
  number,
  number,
];

const leaderboard = (api: Served, query: Record<string, string>): string =>
  `${api.url}/api/v1/boards/${BOARD}/leaderboard?${new URLSearchParams(query)}`;

const SORTS = ['rank', '-top1', 'params', '-latency', 'seconds', 'at'];
const TARGETS = ['2x', '3x', '4x', '6x'];

interface Times {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const timesOf = (times: readonly number[]): Times => ({
  n: times.length,
  p50Ms: quantile(times, 0.5),
  p95Ms: quantile(times, 0.95),
  p99Ms: quantile(times, 0.99),
});

/** Walks through the board by its cursors, 50 rows a page, in every order and at every target. */
const pages = async (api: Served) => {
  const began = performance.now();
  await timed(() => fetch(leaderboard(api, {})));
  const coldMs = performance.now() - began;
  const walk = async (count: number, salt: string): Promise<number[]> => {
    const times: number[] = [];
    for (const sort of SORTS) {
      for (const target of TARGETS) {
        let cursor: string | null = null;
        for (let i = 0; i < count; i += 1) {
          const query = { sort, target, limit: salt, ...(cursor === null ? {} : { cursor }) };
          const start = performance.now();
          const response: Response = await fetch(leaderboard(api, query));
          const page = (await response.json()) as { nextCursor: string | null };
          times.push(performance.now() - start);
          cursor = page.nextCursor;
        }
      }
    }
    return times;
  };
  await walk(1, '50'); // warm: every order has been asked for once
  const times = await walk(20, '49'); // pages of 49 rows are pages that nobody has asked for
  return { coldMs, ...timesOf(times) };
};

/**
 * Requests a second, in turns: hello-world, the remembered page as a browser asks for it, and asked for again. And
 * hello-worlds as long as the page: what Fastify and the network make of as many bytes.
 */
const remembered = async (api: Served, hello: Served) => {
  const url = leaderboard(api, { target: '2x' });
  const etag = (await fetch(url)).headers.get('etag')!;
  const lengthOf = async (encoding: string) =>
    (await fetch(url, { headers: { 'accept-encoding': encoding } })).headers.get('content-length')!;
  const [short, long] = [await lengthOf('br'), await lengthOf('identity')];
  const cases: Record<string, () => Promise<Throughput>> = {
    hello: () => throughput(hello.url, hello.pid, seconds),
    compressed: () => throughput(url, api.pid, seconds, { 'accept-encoding': 'br' }),
    [`hello of ${short} bytes`]: () => throughput(`${hello.url}/bytes/${short}`, hello.pid, seconds),
    plain: () => throughput(url, api.pid, seconds),
    [`hello of ${long} bytes`]: () => throughput(`${hello.url}/bytes/${long}`, hello.pid, seconds),
    unchanged: () => throughput(url, api.pid, seconds, { 'if-none-match': etag }),
  };
  const found: Record<string, Throughput[]> = {};
  for (let round = 0; round < rounds; round += 1)
    for (const [name, measure] of Object.entries(cases)) found[name] = [...(found[name] ?? []), await measure()];
  const median = (name: string, of: keyof Throughput) => summarize(found[name]!.map((one) => one[of])).medianMs;
  return Object.keys(cases).map((name) => {
    const [perSecond, perCpuSecond] = [median(name, 'perSecond'), median(name, 'perCpuSecond')];
    const [ratio, cpuRatio] = [
      perSecond / median('hello', 'perSecond'),
      perCpuSecond / median('hello', 'perCpuSecond'),
    ];
    return { name, perSecond, ratio, perCpuSecond, cpuRatio, perClientSecond: median(name, 'perClientSecond') };
  });
};

/** Milliseconds of processor that `n` requests took while `work` ran, each, of all who share the machine. */
const cpuPerRequest = async <T>(api: Served, postgresPid: number, n: number, work: () => Promise<T>) => {
  const read = () => ({
    api: cpuSeconds(api.pid),
    postgres: familyCpuSeconds(postgresPid),
    client: ownCpuSeconds(),
  });
  const before = read();
  const value = await work();
  const after = read();
  const per = (who: keyof typeof before) => (1000 * (after[who] - before[who])) / n;
  return { value, cpuMs: { api: per('api'), postgres: per('postgres'), client: per('client') } };
};

const senderOf =
  (api: Served, keys: readonly string[]) =>
  (i: number): Promise<Response> =>
    fetch(`${api.url}/api/v1/submissions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${keys[i % keys.length]}`,
        'content-type': 'application/json',
        'idempotency-key': `b${i}`,
      },
      body: JSON.stringify({ kind: 'recipe', board: BOARD, recipe: { params: {} }, targets: ['2x'], seeds: [i] }),
    });

/** 500 in one minute. */
const burst = async (api: Served, keys: readonly string[]): Promise<Goal[]> => {
  const send = senderOf(api, keys);
  await openLoop(10, 1, (i) => send(300_000 + i));
  const answers = await openLoop(500 / 60, 60, (i) => send(200_000 + i));
  return [
    {
      name: '500 submissions in a minute: p95',
      value: quantile(
        answers.map((one) => one.ms),
        0.95,
      ),
      unit: 'ms',
      below: 300,
    },
    { name: 'accepted', value: answers.filter(({ status }) => status === 202).length, unit: 'of 500', least: 500 },
  ];
};

const submissions = async (api: Served, postgresPid: number, keys: readonly string[]) => {
  const send = senderOf(api, keys);
  await openLoop(10, 2, (i) => send(100_000 + i));
  const { value: answers, cpuMs } = await cpuPerRequest(api, postgresPid, 1000, () => openLoop(50, 20, send));
  const accepted = answers.filter(({ status }) => status === 202).length;
  return { accepted, cpuMs, ...timesOf(answers.map((answer) => answer.ms)) };
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const printTimes = (title: string, { p50Ms, p95Ms, p99Ms }: Times, what: string): void =>
  console.log(`\n${table([title, 'p50', 'p95', 'p99'], [[what, ms(p50Ms), ms(p95Ms), ms(p99Ms)]])}`);

const printThroughput = (cases: Awaited<ReturnType<typeof remembered>>): void => {
  const lines = cases.map(({ name, perSecond, ratio, perCpuSecond, cpuRatio, perClientSecond }) => [
    name,
    perSecond.toFixed(0),
    ratio.toFixed(2),
    perCpuSecond.toFixed(0),
    cpuRatio.toFixed(2),
    perClientSecond.toFixed(0),
  ]);
  console.log(
    `\n${table(['remembered leaderboard', 'a second', 'of hello', 'a CPU second', 'of hello', 'a CPU second of the client'], lines)}`,
  );
};

const home = await mkdtemp(join(tmpdir(), 'topiary-bench-'));
const postgres = await startEmbedded({ home });
await migrate(postgres.url);
const db = openDatabase(postgres.url);
const servers: Served[] = [];
try {
  const wanted = new Set(values.only.split(','));
  const folder = join(home, 'artefacts');
  await fillBoard(postgres.url, BOARD, rows, wanted.has('result') ? folder : null);
  const persons = await Promise.all(Array.from({ length: people }, (_, i) => addPerson(db, { name: `person-${i}` })));
  const keys = persons.map(({ key }) => key);
  const api = await serveApi(postgres.url, home);
  const hello = await serveHello();
  servers.push(api, hello);
  const paged = wanted.has('pages') ? await pages(api) : null;
  if (paged) printTimes(`pages of ${rows} rows`, paged, `first ${ms(paged.coldMs)}`);
  const cached = wanted.has('remembered') ? await remembered(api, hello) : null;
  if (cached) printThroughput(cached);
  const submitted = wanted.has('submissions') ? await submissions(api, postgres.pid, keys) : null;
  if (submitted) {
    printTimes('50 submissions a second', submitted, `accepted ${submitted.accepted} of ${submitted.n}`);
    const shares = Object.entries(submitted.cpuMs).map(([who, cpu]) => `${who} ${ms(cpu)}`);
    console.log(`processor time of one: ${shares.join(', ')}`);
  }
  const goals: Goal[] = [];
  const note = (title: string, found: readonly Goal[]): void => {
    printGoals(title, found);
    goals.push(...found);
  };
  const own = { url: api.url, db, board: BOARD };
  const accounts = persons.map(({ account }) => account.id);
  const listed: ListsBench = { ...own, databaseUrl: postgres.url, accounts, key: keys[0]! };
  if (wanted.has('result')) note('a new result', await newResults({ ...own, pid: api.pid, rows, folder }));
  if (wanted.has('burst')) note('submissions', await burst(api, keys));
  if (wanted.has('lists')) note('lists', await lists(listed));
  if (wanted.has('waiting')) note('a long queue', await waiting(listed));
  process.exitCode = goals.every(isMet) ? 0 : 1;
  const line = { at: new Date().toISOString(), machine: machine(), rows, paged, cached, submitted, goals };
  await appendFile(join(import.meta.dirname, 'results', 'api.jsonl'), `${JSON.stringify(line)}\n`);
} finally {
  for (const server of servers) await server.stop();
  await db.close();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}
