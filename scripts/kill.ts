/**
 * `npx tsx scripts/kill.ts --runs 10000 --queue both`: runs that only wait, while workers, their children, the API, the
 * supervisor, Postgres and Redis are killed and stopped at random; then counts what was lost, doubled, stuck or left over.
 * Ends with 1 unless all of that is nothing, with 2 where it ended early or struck too little. Linux; `npm start` (or
 * `node scripts/setup.mjs`) once before.
 *
 *   --runs 1000   --queue postgres|redis|both (redis needs redis-server; both: two servers side by side, so that one
 *                 computes while the other stands still)
 *   --workers 4   --every 8 (mean seconds between blows)   --wait 20 (milliseconds of a run)   --seed 1
 *   --least 0 (kills, and stops, that each kind of process must have had; 10,000 runs have some 20)
 *   --minutes 0 (then, as after Ctrl-C, it ends early: strikes no more and judges what was reached; 0: no limit)
 */
import { parseArgs } from 'node:util';
import { attack, type Outcome } from './kill/attack.js';
import { VICTIMS } from './kill/chaos.js';
import type { QueueKind } from './kill/server.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    queue: { type: 'string', default: 'postgres' },
    workers: { type: 'string', default: '4' },
    every: { type: 'string', default: '8' },
    wait: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    least: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '0' },
  },
});

const enough = new AbortController();
const end = (why: string): void => {
  console.log(`${why}: ends early`);
  enough.abort();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(signal));
const minutes = Number(values.minutes);
if (minutes > 0) setTimeout(() => end(`${minutes} minutes are over`), minutes * 60_000).unref();

const attackOn = (queue: QueueKind, place: number): Promise<Outcome> =>
  attack({
    runs: Number(values.runs),
    queue,
    workers: Number(values.workers),
    everySeconds: Number(values.every),
    seed: Number(values.seed) + place,
    waitMs: Number(values.wait),
    enough: enough.signal,
    say: (line) => console.log(`${queue}: ${line}`),
  });

/** Kills and stops of each kind that were too few. */
const missing = ({ queue, blows }: Outcome): string[] =>
  VICTIMS.filter((victim) => victim !== 'redis' || queue === 'redis').flatMap((victim) =>
    ['SIGKILL', 'SIGSTOP']
      .map((signal) => `${victim} ${signal}`)
      .filter((blow) => (blows[blow] ?? 0) < Number(values.least)),
  );

const isClean = ({ lost, doubled, stuck, orphans, orderly, filesWithoutRows, rowsWithoutFiles }: Outcome): boolean =>
  lost + doubled + stuck + orphans + filesWithoutRows + rowsWithoutFiles === 0 && orderly;

const queues: readonly QueueKind[] = values.queue === 'both' ? ['postgres', 'redis'] : [values.queue as QueueKind];
const settled = await Promise.allSettled(queues.map(attackOn));
// Only now: an attack that failed has put its own server away, and so has the other.
for (const { reason } of settled.filter((one) => one.status === 'rejected')) console.error(reason);
const outcomes = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
for (const outcome of outcomes) {
  console.log(JSON.stringify(outcome, null, 1));
  const few = missing(outcome);
  if (few.length > 0) console.log(`${outcome.queue}: struck less than ${values.least} times: ${few.join(', ')}`);
  if (outcome.isEarly) console.log(`${outcome.queue}: ended early, ${outcome.ended} of ${values.runs} runs ended`);
}
const isWhole = outcomes.every((outcome) => !outcome.isEarly && missing(outcome).length === 0);
process.exit(outcomes.length < queues.length || !outcomes.every(isClean) ? 1 : isWhole ? 0 : 2);
