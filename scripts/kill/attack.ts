/** One attack from beginning to end: submit while everything is struck, wait until all has ended, stop, count. */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '@topiary/db';
import pg from 'pg';
import { isReady, submitAll, until } from './asking.js';
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
  /** Ends the attack early: what was accepted and has ended by then is judged. */
  readonly enough?: AbortSignal;
}

export interface Outcome extends Verdict {
  readonly queue: QueueKind;
  readonly seconds: number;
  /** Not all that was asked for was computed, since somebody said that it was enough. */
  readonly isEarly: boolean;
  readonly blows: Blows;
  /** Processes that outlived an orderly stop. */
  readonly orphans: number;
  readonly orderly: boolean;
}

/** Null while the database is away. */
const countRuns = async (server: Attacked): Promise<{ readonly open: number; readonly ended: number } | null> => {
  const url = server.database()?.url;
  if (url === undefined) return null;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const isOpen = `state IN ('queued', 'running')`;
    const { rows } = await client.query(
      `SELECT count(*) FILTER (WHERE ${isOpen}) AS open, count(*) FILTER (WHERE NOT ${isOpen}) AS ended FROM runs`,
    );
    return { open: Number(rows[0].open), ended: Number(rows[0].ended) };
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const total = (blows: Blows): number => Object.values(blows).reduce((sum, n) => sum + n, 0);

/** Watches what is open fall to nothing; ends early where it falls no more, or where it is enough. */
const drained = async (
  server: Attacked,
  { patienceSeconds, enough }: { patienceSeconds: number; enough: AbortSignal },
): Promise<void> => {
  let [fewest, moved] = [Number.POSITIVE_INFINITY, Date.now()];
  while (fewest > 0 && !enough.aborted && Date.now() - moved < patienceSeconds * 1000) {
    await sleep(1_000);
    const open = (await countRuns(server))?.open ?? null;
    if (open !== null && open < fewest) [fewest, moved] = [open, Date.now()];
  }
};

/** Every minute what has ended and what is open, until the signal fires. */
const report = async (server: Attacked, tell: (line: string) => void, over: AbortSignal): Promise<void> => {
  while (!over.aborted) {
    await sleep(60_000, undefined, { signal: over, ref: false }).catch(() => undefined);
    const counts = over.aborted ? null : await countRuns(server);
    if (counts !== null) tell(`${counts.ended} ended, ${counts.open} open`);
  }
};

export const attack = async (options: AttackOptions): Promise<Outcome> => {
  const { runs, queue, workers, everySeconds, seed, waitMs = 50, longestStop = 45, patienceSeconds = 180 } = options;
  const say = options.say ?? (() => undefined);
  const enough = options.enough ?? new AbortController().signal;
  const began = Date.now();
  const stage = await stageProject();
  const server = await Attacked.start({ stage, queue, workers, waitMs });
  const over = new AbortController();
  const struck: Blows = {};
  try {
    await until('the first start', 120, () => isReady(server));
    const victims = VICTIMS.filter((victim) => victim !== 'redis' || queue === 'redis');
    const blows = chaos(server, { everySeconds, seed, victims, longestStop, struck }, over.signal);
    const tell = (line: string) =>
      say(`${((Date.now() - began) / 1000).toFixed(0)} s: ${line}, ${total(struck)} blows`);
    void report(server, tell, over.signal);
    const accepted = await submitAll(server, runs, enough);
    tell(`${accepted.runs} runs accepted`);
    await drained(server, { patienceSeconds, enough });
    over.abort();
    await blows;
    await until('the server to recover', 120, () => isReady(server));
    const isEarly = enough.aborted;
    const orderly = await server.stop();
    const orphans = processesOf(server.home).length;
    // What still computes stores files before their rows: only what stands still can be counted.
    const postgres = await startEmbedded({ home: server.home });
    const verdict = await judge(postgres.url, server.home, { ...accepted, isEarly }).finally(() => postgres.stop());
    const seconds = Math.round((Date.now() - began) / 1000);
    return { queue, seconds, isEarly, blows: struck, orphans, orderly, ...verdict };
  } catch (error) {
    say(`struck so far: ${JSON.stringify(struck)}`);
    say(server.log);
    throw error;
  } finally {
    over.abort();
    await server.stop();
    rmSync(stage, { recursive: true, force: true });
    rmSync(server.home, { recursive: true, force: true });
  }
};
