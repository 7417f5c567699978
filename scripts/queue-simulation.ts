/**
 * `npx tsx scripts/queue-simulation.ts`: how long people wait, by number of workers and of submissions a day. Submissions
 * come at random (a Poisson process, twice as many by day as by night), submitters take turns as in turns.ts, workers take
 * one run at a time. Pure: the same seed, the same table. docs/scaling.md has its output and what it means.
 *
 *   --per-day 100,1000,10000  --workers 1,4,16  --seconds 20 (of a run)  --runs 6 (of a submission)  --people 50  --days 7  --seed 1
 */
import { parseArgs } from 'node:util';

export interface Load {
  readonly perDay: number;
  readonly workers: number;
  readonly runSeconds: number;
  readonly runsEach: number;
  readonly people: number;
  readonly days: number;
  readonly seed: number;
}

export interface Waits {
  /** Of the workers' time, what the runs asked for need; above 1 the line grows without end. */
  readonly load: number;
  readonly medianSeconds: number;
  readonly p95Seconds: number;
  /** From submission to its last result. */
  readonly p95DoneSeconds: number;
  /** Runs in line when the last day ends. */
  readonly left: number;
}

/** xorshift32, uniform in (0, 1]. */
const generator = (seed: number) => {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 1) / 2 ** 32;
  };
};

interface Asked {
  readonly at: number;
  readonly owner: number;
  left: number;
  begun: number | null;
  ended: number;
}

const DAY = 86_400;

/** Thinning: candidates at the highest rate, kept with the probability of their hour. */
const arrivals = ({ perDay, people, runsEach, days, seed }: Load): Asked[] => {
  const draw = generator(seed);
  const highest = (perDay * 4) / 3 / DAY;
  const all: Asked[] = [];
  for (let at = 0; ; ) {
    at -= Math.log(draw()) / highest;
    if (at > days * DAY) return all;
    const byDay = at % DAY > DAY / 3 && at % DAY < (DAY * 5) / 6;
    if (!byDay && draw() > 0.5) continue;
    // A few people ask for most: the k-th as often as 1/k (Zipf).
    const owner = Math.floor(people ** draw()) - 1;
    all.push({ at, owner, left: runsEach, begun: null, ended: at });
  }
};

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** Who has the fewest under way, of these who was served longest ago. */
const nextOwner = (lines: readonly Asked[][], running: Int32Array, served: Float64Array): number => {
  let best = -1;
  for (let owner = 0; owner < lines.length; owner += 1) {
    if (lines[owner]!.length === 0) continue;
    if (
      best < 0 ||
      running[owner]! < running[best]! ||
      (running[owner] === running[best] && served[owner]! < served[best]!)
    )
      best = owner;
  }
  return best;
};

export const simulate = (load: Load): Waits => {
  const { workers, runSeconds, days, people, perDay, runsEach } = load;
  const asked = arrivals(load);
  const lines: Asked[][] = Array.from({ length: people }, () => []);
  const running = new Int32Array(people);
  const served = new Float64Array(people).fill(-1);
  const draw = generator(load.seed + 1);
  const busy: { until: number; of: Asked }[] = [];
  let [next, now] = [0, 0];
  const begin = (owner: number): void => {
    const line = lines[owner]!;
    const of = line[0]!;
    of.begun ??= now;
    of.left -= 1;
    if (of.left === 0) line.shift();
    running[owner]! += 1;
    served[owner] = now;
    // Half to one and a half times the typical run.
    busy.push({ until: now + runSeconds * (0.5 + draw()), of });
  };
  for (;;) {
    while (busy.length < workers) {
      const owner = nextOwner(lines, running, served);
      if (owner < 0) break;
      begin(owner);
    }
    const soonest = busy.reduce((least, one, i) => (least < 0 || one.until < busy[least]!.until ? i : least), -1);
    const end = soonest < 0 ? Number.POSITIVE_INFINITY : busy[soonest]!.until;
    const arrival = asked[next]?.at ?? Number.POSITIVE_INFINITY;
    now = Math.min(end, arrival);
    if (now > days * DAY) break;
    if (arrival <= end) {
      lines[asked[next]!.owner]!.push(asked[next]!);
      next += 1;
    } else {
      const [{ of }] = busy.splice(soonest, 1) as [{ until: number; of: Asked }];
      of.ended = now;
      running[of.owner]! -= 1;
    }
  }
  const begun = asked.filter((one) => one.begun !== null);
  const waits = begun.map((one) => one.begun! - one.at).sort((a, b) => a - b);
  const done = begun
    .filter((one) => one.left === 0)
    .map((one) => one.ended - one.at)
    .sort((a, b) => a - b);
  return {
    load: (perDay * runsEach * runSeconds) / (DAY * workers),
    medianSeconds: quantile(waits, 0.5),
    p95Seconds: quantile(waits, 0.95),
    p95DoneSeconds: quantile(done, 0.95),
    left: lines.flat().reduce((sum, one) => sum + one.left, 0),
  };
};

const duration = (seconds: number): string =>
  seconds < 60
    ? `${seconds.toFixed(0)} s`
    : seconds < 5400
      ? `${(seconds / 60).toFixed(0)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

const main = (): void => {
  const { values } = parseArgs({
    options: {
      'per-day': { type: 'string', default: '100,1000,10000' },
      workers: { type: 'string', default: '1,4,16,64' },
      seconds: { type: 'string', default: '20' },
      runs: { type: 'string', default: '6' },
      people: { type: 'string', default: '50' },
      days: { type: 'string', default: '7' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [runSeconds, runsEach, people, days, seed] = [
    Number(values.seconds),
    Number(values.runs),
    Number(values.people),
    Number(values.days),
    Number(values.seed),
  ];
  console.log(
    '| submissions a day | workers | load | median wait | p95 wait | p95 to the last result | runs left in line |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const perDay of values['per-day'].split(',').map(Number))
    for (const workers of values.workers.split(',').map(Number)) {
      const w = simulate({ perDay, workers, runSeconds, runsEach, people, days, seed });
      const cells = [perDay, workers, `${(100 * w.load).toFixed(0)} %`];
      const times = [w.medianSeconds, w.p95Seconds, w.p95DoneSeconds].map(duration);
      console.log(`| ${[...cells, ...times, w.left].join(' | ')} |`);
    }
};

if (process.argv[1] === import.meta.filename) main();
