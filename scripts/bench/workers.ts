/**
 * `npx tsx scripts/bench/workers.ts`: what the queue and the workers add to a run, on a whole server whose runs only wait:
 * from asking to beginning where a worker is idle, how 1, 2 and 4 workers share the runs, and how soon the run of a worker
 * that was killed begins again while a hundred wait. Linux; `node scripts/setup.mjs` once before; some six minutes.
 *
 *   --only start,scaling,restart   --queue postgres|redis
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { isReady, submit, submitAll, until } from '../kill/asking.js';
import { processesOf } from '../kill/chaos.js';
import { Attacked, type QueueKind } from '../kill/server.js';
import { stageProject } from '../kill/stage.js';
import { type Goal, isMet, printGoals } from './goals.js';
import { quantile } from './load.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'start,scaling,restart' },
    queue: { type: 'string', default: 'postgres' },
  },
});
const queue: QueueKind = values.queue === 'redis' ? 'redis' : 'postgres';
const NEVER = new AbortController().signal;

type Ask = <T extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<T[]>;

/** A server of so many workers whose runs take so long; all of it is gone when `work` has ended. */
const withServer = async <T>(
  stage: string,
  { workers, waitMs }: { workers: number; waitMs: number },
  work: (server: Attacked, ask: Ask) => Promise<T>,
): Promise<T> => {
  const server = await Attacked.start({ stage, queue, workers, waitMs });
  try {
    await until('the start', 180, () => isReady(server));
    const client = new pg.Client({ connectionString: server.database()!.url });
    await client.connect();
    const ask: Ask = async (sql, given = []) => (await client.query(sql, [...given])).rows;
    const ready = () => ask<{ n: number }>(`SELECT count(*)::int AS n FROM settings WHERE key LIKE 'worker:%'`);
    await until('the workers', 180, async () => (await ready())[0]!.n >= workers);
    return await work(server, ask).finally(() => client.end());
  } finally {
    await server.stop();
    rmSync(server.home, { recursive: true, force: true });
  }
};

const allEnded = (ask: Ask, runs: number, seconds: number): Promise<void> =>
  until(`${runs} runs`, seconds, async () => {
    const [found] = await ask<{ n: number }>(`SELECT count(*)::int AS n FROM runs WHERE state = 'done'`);
    return found!.n >= runs;
  });

/** One submission at a time, while the worker has nothing to do; on the database's clock. */
const toStart = (stage: string): Promise<Goal[]> =>
  withServer(stage, { workers: 1, waitMs: 10 }, async (server, ask) => {
    const count = 45;
    for (let i = 0; i < count; i += 1) {
      await submit(server, i, 1, NEVER);
      await allEnded(ask, i + 1, 60);
      await sleep(300);
    }
    const rows = await ask<{ ms: number }>(
      `SELECT extract(epoch FROM r.started_at - s.created_at)::float8 * 1000 AS ms
       FROM runs r JOIN submissions s ON s.id = r.submission_id ORDER BY s.created_at OFFSET 5`,
    );
    const all = rows.map(({ ms }) => ms);
    return [
      { name: 'from the request to the beginning, a worker idle: median', value: quantile(all, 0.5), unit: 'ms' },
      { name: 'p95', value: quantile(all, 0.95), unit: 'ms', below: 250 },
    ];
  });

/** Runs a second of so many workers, from the first that begins to the last that ends. */
const throughput = (stage: string, workers: number): Promise<number> =>
  withServer(stage, { workers, waitMs: 1000 }, async (server, ask) => {
    // The first runs find code that has not run yet.
    await submitAll(server, 2 * workers, NEVER);
    await allEnded(ask, 2 * workers, 120);
    const [since] = await ask<{ at: Date }>('SELECT clock_timestamp() AS at');
    const runs = 20 * workers;
    for (let left = runs, i = 0; left > 0; left -= 16, i += 1) await submit(server, 100 + i, Math.min(16, left), NEVER);
    await allEnded(ask, runs + 2 * workers, 300);
    const [took] = await ask<{ seconds: number }>(
      `SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 AS seconds FROM runs WHERE started_at > $1`,
      [since!.at],
    );
    return runs / took!.seconds;
  });

const scaling = async (stage: string): Promise<Goal[]> => {
  const one = await throughput(stage, 1);
  const goals: Goal[] = [{ name: '1 worker, runs of one second', value: one, unit: 'runs/s', least: 0.9 }];
  for (const workers of [2, 4]) {
    const value = (await throughput(stage, workers)) / (workers * one);
    goals.push({ name: `${workers} workers, each beside one alone`, value, unit: '', least: 0.9 });
  }
  return goals;
};

/** Kills one of two workers while more than a hundred runs wait; its run is the only one with a second attempt. */
const restart = (stage: string): Promise<Goal[]> =>
  withServer(stage, { workers: 2, waitMs: 2000 }, async (server, ask) => {
    await submitAll(server, 240, NEVER);
    await sleep(5_000);
    const workers = processesOf(server.home).filter(({ command }) => command.includes('dist/worker.mjs'));
    const [at] = await ask<{ at: Date }>('SELECT clock_timestamp() AS at');
    process.kill(workers[0]!.pid, 'SIGKILL');
    let waiting = Number.NaN;
    let seconds = Number.NaN;
    await until('a second attempt', 180, async () => {
      const [again] = await ask<{ seconds: number }>(
        `SELECT extract(epoch FROM started_at - $1)::float8 AS seconds FROM runs WHERE attempt = 2 AND started_at > $1`,
        [at!.at],
      );
      if (again) seconds = again.seconds;
      const [line] = await ask<{ n: number }>(`SELECT count(*)::int AS n FROM runs WHERE state = 'queued'`);
      waiting = line!.n;
      return again !== undefined;
    });
    return [
      { name: "a killed worker's run begins again after", value: seconds, unit: 's', below: 45 },
      { name: 'while so many wait', value: waiting, unit: 'runs', least: 100 },
    ];
  });

const stage = await stageProject();
const goals: Goal[] = [];
try {
  const wanted = new Set(values.only.split(','));
  for (const [name, measure] of Object.entries({ start: toStart, scaling, restart })) {
    if (!wanted.has(name)) continue;
    const found = await measure(stage);
    printGoals(`${name}, queue in ${queue}`, found);
    goals.push(...found);
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
process.exit(goals.every(isMet) ? 0 : 1);
