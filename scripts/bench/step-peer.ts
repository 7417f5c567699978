/** A training step of ours by turns with one of PyTorch's, which a process of its own takes for each line that it is sent. */
import { spawn } from 'node:child_process';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { timed } from './clock.js';
import { machine, matMulRate } from './machine.js';
import type { Clock } from './peer.js';
import { type Summary, summarize, table } from './summary.js';

export interface StepPeer {
  /** As it calls itself. */
  readonly name: string;
  /** Milliseconds of one step. */
  step(clock: Clock): Promise<number>;
  end(): void;
}

/** `args`: a script of `peers/` and what it is told. PYTHON names a Python with torch. */
export const stepPeer = async ([script, ...args]: readonly [string, ...string[]]): Promise<StepPeer> => {
  const python = process.env['PYTHON'] ?? 'python3';
  const peer = spawn(python, [join(import.meta.dirname, 'peers', script), ...args]);
  peer.stderr.pipe(process.stderr);
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Readonly<Record<string, string | number>>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`'${python}' did not go on; set PYTHON to a Python that has torch`);
    return JSON.parse(value);
  };
  return {
    name: String((await answer())['name']),
    step: async (clock) => {
      peer.stdin.write('step\n');
      return Number((await answer())[clock]);
    },
    end: () => void peer.stdin.end(),
  };
};

export interface Alternation {
  readonly clock: Clock;
  readonly repetitions: number;
  /** Takes one step. */
  readonly take: () => Promise<unknown>;
}

export interface Alternated {
  readonly ours: Summary;
  readonly theirs: Summary & { readonly name: string };
  /** Ours over theirs. */
  readonly ratio: { readonly median: number; readonly min: number };
}

/** Each computes alone. The first round of both grows their memory and does not count. */
export const alternated = async (peer: StepPeer, { clock, repetitions, take }: Alternation): Promise<Alternated> => {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= repetitions; round += 1) {
    const own = await timed(clock, take);
    const other = await peer.step(clock);
    if (round === 0) continue;
    times.ours.push(own);
    times.theirs.push(other);
  }
  peer.end();
  const [ours, theirs] = [summarize(times.ours), { name: peer.name, ...summarize(times.theirs) }];
  const ratio = { median: ours.medianMs / theirs.medianMs, min: ours.minMs / theirs.minMs };
  return { ours, theirs, ratio };
};

export const alternatedTable = ({ ours, theirs, ratio }: Alternated): string =>
  table(
    ['', 'median (ms)', 'minimum (ms)'],
    [
      ['ours', ours.medianMs.toFixed(1), ours.minMs.toFixed(1)],
      [theirs.name, theirs.medianMs.toFixed(1), theirs.minMs.toFixed(1)],
      ['ratio', ratio.median.toFixed(3), ratio.min.toFixed(3)],
    ],
  );

/** One line of JSON more in `results/<name>.jsonl`. */
export const recordAlternated = async (
  name: string,
  about: { readonly threads: number; readonly clock: Clock } & Readonly<Record<string, unknown>>,
  { ours, theirs, ratio }: Alternated,
): Promise<void> => {
  const results = join(import.meta.dirname, 'results');
  const { threads, clock, ...rest } = about;
  const gflops = await matMulRate(threads, clock);
  const line = { at: new Date().toISOString(), machine: machine(), threads, clock, gflops, ...rest };
  await mkdir(results, { recursive: true });
  const found = { ours, peer: theirs, ratio: ratio.median, ratioMin: ratio.min };
  await appendFile(join(results, `${name}.jsonl`), `${JSON.stringify({ ...line, ...found })}\n`);
};
