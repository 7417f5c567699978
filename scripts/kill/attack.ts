/** One attack from beginning to end: submit while everything is struck, wait until all has ended, stop, count. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Blows, chaos, processesOf, VICTIMS } from './chaos.js';
import { Attacked, type QueueKind } from './server.js';
import { stageProject } from './stage.js';
import { judge, type Verdict } from './verdict.js';

export interface AttackOptions {
  readonly runs: number;
  readonly queue: QueueKind;
  readonly workers: number;
  readonly everySeconds: number;
  readonly seed: number;
  readonly waitMs?: number;
  readonly longestStop?: number;
  /** Nothing has ended for so long: stuck. */
  readonly patienceSeconds?: number;
  readonly say?: (line: string) => void;
}

export interface Outcome extends Verdict {
  readonly queue: QueueKind;
  readonly seconds: number;
  readonly blows: Blows;
  /** Processes that outlived an orderly stop. */
  readonly orphans: number;
  readonly orderly: boolean;
}

const SEEDS = 16;
const BOARD = 'classification.resnet-tiny.shapes32';

/** Sixteen runs, asked for until the answer comes; the key makes asking twice harmless. */
const submit = async (server: Attacked, index: number, seeds: number): Promise<string> => {
  for (;;) {
    const answer = await fetch(`${server.url}/api/v1/submissions`, {
      method: 'POST',
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/json',
        'idempotency-key': `attack-${index}`,
      },
      body: JSON.stringify({
        kind: 'recipe',
        board: BOARD,
        recipe: { criterion: 'random', finetune: { steps: index + 1 } },
        seeds: Array.from({ length: seeds }, (_, seed) => seed),
      }),
    }).catch(() => null);
    if (answer?.ok) return ((await answer.json()) as { id: string }).id;
    if (answer && answer.status < 500 && answer.status !== 429)
      throw new Error(`refused: ${answer.status} ${await answer.text()}`);
    await sleep(500);
  }
};

const openRuns = async (server: Attacked): Promise<number | null> => {
  const url = server.database()?.url;
  if (url === undefined) return null;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query(`SELECT count(*) AS n FROM runs WHERE state IN ('queued', 'running')`);
    return Number(rows[0].n);
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const until = async (what: string, seconds: number, probe: () => Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(500)) if (await probe()) return;
  throw new Error(`waited ${seconds} s in vain for ${what}`);
};

const isReady = async (server: Attacked): Promise<boolean> =>
  (await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null))?.ok === true;

export const attack = async (options: AttackOptions): Promise<Outcome> => {
  const { runs, queue, workers, everySeconds, seed, waitMs = 50, longestStop = 45, patienceSeconds = 180 } = options;
  const say = options.say ?? (() => undefined);
  const began = Date.now();
  const stage = await stageProject();
  const server = await Attacked.start({ stage, queue, workers, waitMs });
  const over = new AbortController();
  try {
    await until('the first start', 120, () => isReady(server));
    const victims = VICTIMS.filter((victim) => victim !== 'redis' || queue === 'redis');
    const blows = chaos(server, { everySeconds, seed, victims, longestStop }, over.signal);
    const submissions: string[] = [];
    for (let left = runs; left > 0; left -= SEEDS)
      submissions.push(await submit(server, submissions.length, Math.min(SEEDS, left)));
    say(`${runs} runs accepted after ${((Date.now() - began) / 1000).toFixed(0)} s`);
    let [fewest, moved, told] = [Number.POSITIVE_INFINITY, Date.now(), Date.now()];
    while (fewest > 0 && Date.now() - moved < patienceSeconds * 1000) {
      await sleep(1_000);
      const open = await openRuns(server);
      if (open !== null && open < fewest) [fewest, moved] = [open, Date.now()];
      if (Date.now() - told < 60_000) continue;
      told = Date.now();
      say(`${fewest} open after ${((Date.now() - began) / 1000).toFixed(0)} s`);
    }
    over.abort();
    const struck = await blows;
    await until('the server to recover', 120, () => isReady(server));
    const verdict = await judge(server.database()!.url, server.home, submissions, runs);
    const orderly = await server.stop();
    const orphans = processesOf(server.home).length;
    const seconds = Math.round((Date.now() - began) / 1000);
    return { queue, seconds, blows: struck, orphans, orderly, ...verdict };
  } catch (error) {
    say(server.log);
    throw error;
  } finally {
    over.abort();
    await server.stop();
    rmSync(stage, { recursive: true, force: true });
    rmSync(server.home, { recursive: true, force: true });
  }
};
