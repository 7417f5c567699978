/**
 * One training step beside the best of several settings of PyTorch: each contestant alone in its process, one after another,
 * in rounds, since an idle one would spin and a machine is noisy. Medians and minima over all rounds; never a test.
 *
 * `npx tsx scripts/bench/beside-peers.ts [--networks resnet20,…] [--contestants here,eager,channels_last,compiled]
 *   [--rounds 3] [--repetitions 9] [--threads 2] [--clock wall|cpu] [--since 2026-11-30T09:00] [--dry]`
 * PYTHON names a Python with torch. Adds one line of JSON a network to scripts/bench/results/beside-peers.jsonl; what stands
 * there in this setting `--since` a time is not measured again, so that it may be ended and taken up.
 * `compiled` needs a C++ compiler, and the header files of that Python. `other` is a Python of another PyTorch, OTHER_PYTHON;
 * Debian's runs Haswell's kernels on processors with AVX-512, unless OPENBLAS_CORETYPE=SkylakeX is set.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { clockOf } from './clock.js';
import { CONTESTANTS, type Ran } from './contestants.js';
import { printGoals } from './goals.js';
import { machine } from './machine.js';
import { type BenchNetwork, NETWORKS, networkOf } from './networks.js';
import { latestSteps, type Outcome, ratioBy, recordedSteps, STEPS, type StepLine, stepGoals } from './steps.js';
import { summarize, table } from './summary.js';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: NETWORKS.map(({ id }) => id).join() },
    contestants: { type: 'string', default: 'here,eager,channels_last' },
    rounds: { type: 'string', default: '3' },
    repetitions: { type: 'string', default: '9' },
    threads: { type: 'string', default: String(availableParallelism()) },
    clock: { type: 'string', default: 'wall' },
    since: { type: 'string' },
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

const fixed = (value: number | null): string => value?.toFixed(2) ?? '-';

/** Recorded in the same setting since then, beside the same contestants. */
const isDone = (network: BenchNetwork): boolean =>
  values.since !== undefined &&
  recordedSteps().some(
    (line) =>
      line.at >= values.since! &&
      line.network === network.id &&
      line.threads === turn.threads &&
      line.clock === turn.clock &&
      wanted.every((id) => line.outcomes.some((one) => one.id === id)),
  );

const rowOf = ({ network, batch, outcomes }: StepLine): string[] => [
  `${network}, batch ${batch}`,
  outcomes.map(({ id, medianMs, minMs }) => `${id} ${medianMs.toFixed(1)} (${minMs.toFixed(1)})`).join(', '),
  fixed(ratioBy(outcomes, 'medianMs')),
  fixed(ratioBy(outcomes, 'minMs')),
  outcomes.map(({ peakBytes }) => (peakBytes / 1e6).toFixed(0)).join(' / '),
  fixed(ratioBy(outcomes, 'peakBytes')),
];

if (!values.dry) await mkdir(dirname(STEPS), { recursive: true });
const networks = values.networks.split(',').map(networkOf);
const lines: StepLine[] = [];
for (const network of networks.filter((one) => !isDone(one))) {
  const about = { at: new Date().toISOString(), machine: machine(), network: network.id, batch: network.batch };
  const line: StepLine = { ...about, ...turn, outcomes: await outcomesOf(network) };
  lines.push(line);
  console.log(rowOf(line).join('  '));
  if (!values.dry) await appendFile(STEPS, `${JSON.stringify(line)}\n`);
}
const known = latestSteps(recordedSteps(), turn);
const shown = networks.flatMap(({ id }) => lines.find(({ network }) => network === id) ?? known.get(id) ?? []);
console.log(`\n${table(['training step', 'ms, median (min)', 'ratio', 'by min', 'MB', 'ratio'], shown.map(rowOf))}`);
printGoals(`${shown.length} networks, ${turn.threads} threads, ${turn.clock} time`, stepGoals(shown, turn));
