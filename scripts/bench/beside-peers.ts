/**
 * One training step beside the best of several settings of PyTorch: each contestant alone in its process, one after another,
 * in rounds, since an idle one would spin and a machine is noisy. Medians and minima over all rounds; never a test.
 *
 * `npx tsx scripts/bench/beside-peers.ts [--networks resnet20,…] [--contestants here,eager,channels_last,compiled]
 *   [--rounds 3] [--repetitions 9] [--threads 2] [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON a network to scripts/bench/results/beside-peers.jsonl.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clockOf } from './clock.js';
import { CONTESTANTS, type Ran } from './contestants.js';
import { machine } from './machine.js';
import { type BenchNetwork, NETWORKS, networkOf } from './networks.js';
import { type Summary, summarize, table } from './summary.js';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: NETWORKS.map(({ id }) => id).join() },
    contestants: { type: 'string', default: 'here,eager,channels_last' },
    rounds: { type: 'string', default: '3' },
    repetitions: { type: 'string', default: '9' },
    threads: { type: 'string', default: String(availableParallelism()) },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
const turn = {
  threads: Number(values.threads),
  repetitions: Number(values.repetitions),
  clock: clockOf(values.clock),
} as const;
const wanted = values.contestants.split(',');
const unknown = wanted.find((id) => !CONTESTANTS.some((one) => one.id === id));
if (unknown !== undefined)
  throw new Error(`--contestants takes ${CONTESTANTS.map(({ id }) => id).join(', ')}, not ${unknown}`);

interface Outcome extends Summary {
  readonly id: string;
  readonly name: string;
  readonly peakBytes: number;
}

const outcomesOf = async (network: BenchNetwork): Promise<Outcome[]> => {
  const ran = new Map<string, Ran[]>();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { id, run } of CONTESTANTS.filter((one) => wanted.includes(one.id))) {
      const one = await run(network, turn);
      if (one) ran.set(id, [...(ran.get(id) ?? []), one]);
    }
  }
  return [...ran].map(([id, rounds]) => ({
    id,
    name: rounds[0]!.name,
    peakBytes: Math.max(...rounds.map(({ peakBytes }) => peakBytes)),
    ...summarize(rounds.flatMap(({ times }) => times)),
  }));
};

type Measure = 'medianMs' | 'minMs' | 'peakBytes';

/** Here over the best peer by each measure; null without a peer. */
const ratioBy = (outcomes: readonly Outcome[], measure: Measure): number | null => {
  const own = outcomes.find(({ id }) => id === 'here');
  const others = outcomes.filter(({ id }) => id !== 'here').map((one) => one[measure]);
  return own && others.length > 0 ? own[measure] / Math.min(...others) : null;
};

const geometricMean = (ratios: readonly number[]): number =>
  Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);

const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-';

const results = join(import.meta.dirname, 'results');
if (!values.dry) await mkdir(results, { recursive: true });
const rows: string[][] = [];
const ratios: Record<Measure, number[]> = { medianMs: [], minMs: [], peakBytes: [] };
for (const network of values.networks.split(',').map(networkOf)) {
  const outcomes = await outcomesOf(network);
  const found = Object.fromEntries(
    (['medianMs', 'minMs', 'peakBytes'] as const).map((measure) => [measure, ratioBy(outcomes, measure)]),
  ) as Record<Measure, number | null>;
  for (const [measure, ratio] of Object.entries(found)) if (ratio !== null) ratios[measure as Measure].push(ratio);
  rows.push([
    `${network.id}, batch ${network.batch}`,
    outcomes.map(({ id, medianMs, minMs }) => `${id} ${medianMs.toFixed(1)} (${minMs.toFixed(1)})`).join(', '),
    fixed(found.medianMs, 2),
    fixed(found.minMs, 2),
    outcomes.map(({ peakBytes }) => (peakBytes / 1e6).toFixed(0)).join(' / '),
    fixed(found.peakBytes, 2),
  ]);
  console.log(rows.at(-1)!.join('  '));
  const line = {
    at: new Date().toISOString(),
    machine: machine(),
    network: network.id,
    batch: network.batch,
    ...turn,
    outcomes,
  };
  if (!values.dry) await appendFile(join(results, 'beside-peers.jsonl'), `${JSON.stringify(line)}\n`);
}
console.log(`\n${table(['training step', 'ms, median (min)', 'ratio', 'by min', 'MB', 'ratio'], rows)}`);
if (ratios.medianMs.length > 1)
  console.log(
    `\ngeometric mean over the best peer: ${geometricMean(ratios.medianMs).toFixed(2)} by medians, ${geometricMean(ratios.minMs).toFixed(2)} by minima; largest ${Math.max(...ratios.medianMs).toFixed(2)}`,
  );
