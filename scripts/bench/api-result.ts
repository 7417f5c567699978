/**
 * How soon a new result stands on a board of many rows, and how long others wait meanwhile: results are written as a worker
 * writes them, the board is asked for until its best row is the new one, and a second client asks for /healthz all the time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseTarget } from '@topiary/contracts';
import type { Database } from '@topiary/db';
import { resultWith } from '../../tests/helpers/finished-run.js';
import { bitsOf, splitOf } from './api-board.js';
import type { Goal } from './goals.js';
import { cpuSeconds, quantile } from './load.js';

export interface ResultBench {
  readonly url: string;
  readonly pid: number;
  readonly db: Database;
  readonly board: string;
  readonly rows: number;
  /** Of the storage. */
  readonly folder: string;
}

const HEALTH_EVERY_MS = 10;
const LOOK_EVERY_MS = 20;

/** Asks for /healthz until told to stop; how long each answer took, in milliseconds. */
const watchHealth = (url: string) => {
  const times: number[] = [];
  let over = false;
  const life = (async () => {
    while (!over) {
      const began = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      times.push(performance.now() - began);
      await sleep(HEALTH_EVERY_MS);
    }
  })();
  return {
    stop: async (): Promise<readonly number[]> => {
      over = true;
      await life;
      return times;
    },
  };
};

/** Label and seeds of the best row. */
const bestRow = async ({ url, board }: ResultBench): Promise<string> => {
  const answer = await fetch(`${url}/api/v1/boards/${board}/leaderboard?target=2x&sort=-top1&limit=1`);
  const page = (await answer.json()) as { rows: { label: string; seeds: number[] }[] };
  return `${page.rows[0]?.label} ${page.rows[0]?.seeds.length}`;
};

const keep = (folder: string, bits: Buffer) => {
  const sha256 = createHash('sha256').update(bits).digest('hex');
  mkdirSync(join(folder, sha256.slice(0, 2), sha256.slice(2, 4)), { recursive: true });
  writeFileSync(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256), bits);
  return { kind: 'correct' as const, sha256, bytes: bits.length, mediaType: 'application/octet-stream' };
};

/** Writes the results of a method's seeds, one after another, each better than all before; milliseconds until each is seen. */
const resultsOf = async (bench: ResultBench, method: number, seeds: number): Promise<number[]> => {
  const { db, board, folder } = bench;
  const { protocol, splitHash } = splitOf(board);
  const label = `new method ${method}`;
  const { runs } = (
    await db.submissions.create({
      ...{ kind: 'recipe', board, title: label, label, division: 'closed', createdBy: null },
      recipe: { criterion: 'magnitude-l2', regularizer: null, procedure: null, scope: 'global', params: { method } },
      recipeHash: createHash('sha256').update(label).digest('hex'),
      targets: [parseTarget('2x')],
      seeds: Array.from({ length: seeds }, (_, seed) => seed),
      stages: [{ id: 'prune', title: 'Prune' }],
      capability: { device: 'cpu', memoryBytes: 1 },
    })
  ).submission;
  const times: number[] = [];
  for (const [i, { id }] of runs.entries()) {
    const claimed = await db.runs.claim({ run: id, attempt: 1 }, { worker: 'bench', leaseSeconds: 30 });
    const top1 = 98 + 0.1 * method + 0.01 * i;
    const artefacts = [keep(folder, bitsOf(1_000_000 + 10 * method + i, top1 / 100))];
    await db.runs.finish(claimed!, resultWith(top1, { artefacts, protocol, splitHash }));
    const began = performance.now();
    while ((await bestRow(bench)) !== `${label} ${i + 1}`) {
      if (performance.now() - began > 60_000) throw new Error(`${label} was not seen: ${await bestRow(bench)}`);
      await sleep(LOOK_EVERY_MS);
    }
    times.push(performance.now() - began);
  }
  return times;
};

/** A server begins its day by writing all rows down, in a process of its own: once a day, and done before this is measured. */
const dumped = async ({ url }: ResultBench): Promise<void> => {
  const isThere = async () => {
    const { items } = (await (await fetch(`${url}/api/v1/dumps`)).json()) as { items: readonly unknown[] };
    return items.length > 0;
  };
  for (let waited = 0; waited < 300 && !(await isThere()); waited += 1) await sleep(1000);
};

export const newResults = async (bench: ResultBench): Promise<Goal[]> => {
  await dumped(bench);
  const whole = watchHealth(bench.url);
  const began = performance.now();
  await bestRow(bench);
  const coldMs = performance.now() - began;
  const coldHealth = await whole.stop();
  // The first ones find code that has not run yet.
  await resultsOf(bench, 0, 3);
  const health = watchHealth(bench.url);
  const before = cpuSeconds(bench.pid);
  const single: number[] = [];
  for (let method = 1; method <= 5; method += 1) single.push(...(await resultsOf(bench, method, 1)));
  const several: number[] = [];
  for (let method = 6; method <= 8; method += 1) several.push(...(await resultsOf(bench, method, 3)).slice(1));
  const cpu = cpuSeconds(bench.pid) - before;
  const times = await health.stop();
  const name = `board of ${bench.rows} rows`;
  return [
    { name: `${name}: first answer after a start`, value: coldMs, unit: 'ms' },
    { name: '/healthz meanwhile, longest', value: Math.max(...coldHealth), unit: 'ms' },
    {
      name: `${name}: a new result of one seed is seen, slowest of 5`,
      value: Math.max(...single),
      unit: 'ms',
      below: 1000,
    },
    { name: 'a further seed is seen, slowest of 6', value: Math.max(...several), unit: 'ms', below: 1000 },
    { name: '/healthz meanwhile, longest', value: Math.max(...times), unit: 'ms', below: 50 },
    { name: '/healthz meanwhile, p99', value: quantile(times, 0.99), unit: 'ms' },
    { name: 'processor time of the API for each result', value: (1000 * cpu) / 14, unit: 'ms' },
  ];
};
