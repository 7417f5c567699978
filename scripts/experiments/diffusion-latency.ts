/**
 * Does the latency of a sampling follow its MACs? Pipelines of the shipped diffusion transformer, each in turn with the base on
 * one thread: half of the blocks, every second step reused in a quarter, in half, whole, fewer steps; two lanes with a thread each,
 * and half of the blocks, half reused, on two lanes as one recipe, beside each of the three alone. Wants a calm machine; with
 * `--clock cpu` it takes the thread's own processor time, which says nearly the same on a busy one, and records nothing.
 * Command: npx tsx scripts/experiments/diffusion-latency.ts [--examples 1,16] [--samples 20] [--clock wall|cpu]
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { splitPipeline } from '@topiary/methods';
import { graphOf, type Pipeline, withGraphs } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { alternate } from '@topiary/runtime';
import type { Trajectory, Unit } from '@topiary/tasks';
import { layersOf, withReuse } from '../../packages/methods/src/procedures/learning-to-cache/reuse.js';
import { oracle } from '../../packages/methods/src/procedures/tinyfusion/rivals.js';
import { laneCompute, lanesIn } from '../../workers/evaluator/src/lane-compute.js';
import { describeMachine } from '../../workers/evaluator/src/machine.js';
import { timed } from '../bench/clock.js';
import { summarize, table } from '../bench/summary.js';
import { type Diffusion, withDiffusion } from './diffusion-context.js';
import { writeResults } from './results.js';
import { TEACHER, teacher } from './teacher.js';

const { values } = parseArgs({
  options: {
    ...TEACHER,
    examples: { type: 'string', default: '1,16' },
    samples: { type: 'string', default: '20' },
    clock: { type: 'string', default: 'wall' },
  },
});
if (values.clock !== 'wall' && values.clock !== 'cpu')
  throw new Error(`--clock takes wall or cpu, not ${values.clock}`);

const WARMUP_MS = 500;

export interface LatencyRun {
  /** The base network's file. */
  readonly teacher: string;
  readonly pipeline: string;
  /** Pictures that are sampled at a time. */
  readonly examples: number;
  readonly p50Ms: number;
  readonly baseP50Ms: number;
  /** Base over this. */
  readonly faster: number;
  /** Along the longest lane. */
  readonly fewerMacs: number;
  /** Of what is composed: of the quickest of its parts alone. */
  readonly bestAloneMs?: number;
  /** Whether the base stayed as it was while this was timed. */
  readonly steady: boolean;
  readonly machine: string;
}

interface Timing {
  readonly p50Ms: number;
}

/** So many of every sub-layers, spread over the network. */
const reusing = (base: Pipeline, steps: number, share: number): Pipeline => {
  const layers = layersOf(base);
  const row = layers.map((_, j) => Math.floor((j + 1) * share) > Math.floor(j * share));
  return withReuse(
    base,
    layers,
    Array.from({ length: steps / 2 }, () => row),
  );
};

const half = (base: Pipeline): Pipeline => {
  const blocks = blocksOf(graphOf(base));
  const kept = oracle({ blocks: blocks.length, keep: 1, of: 2 });
  return withGraphs(base, (graph) =>
    dropBlocks(
      graph,
      blocks.filter((_, i) => !kept[i]),
    ),
  );
};

/** Two components on a lane each, after one step of warm-up. */
const inTwoLanes = (pipeline: Pipeline, trajectory: Trajectory): Pipeline =>
  splitPipeline(pipeline, { components: 2, stride: 1, warmUp: 1, remainder: 'refuse' }, trajectory, 'pure');

/** What the composed one is made of, and must be faster than. */
const [DEPTH, CACHE, LANES, ALL] = ['half of the blocks', 'half reused', 'two lanes', 'all three'] as const;

const pipelinesOf = ({ prepared: { pipeline: base, task } }: Diffusion): Readonly<Record<string, Pipeline>> => {
  const trajectory = task.trajectory(base)!;
  const steps = trajectory.timesteps.length;
  const fewer = (left: number): Pipeline => ({ ...base, schedule: { ...base.schedule, settings: { steps: left } } });
  return {
    [DEPTH]: half(base),
    'a quarter reused': reusing(base, steps, 0.25),
    [CACHE]: reusing(base, steps, 0.5),
    'all reused': reusing(base, steps, 1),
    '15 steps': fewer(15),
    '10 steps': fewer(10),
    [LANES]: inTwoLanes(base, trajectory),
    [ALL]: inTwoLanes(reusing(half(base), steps, 0.5), trajectory),
  };
};

/** Medians of both by processor time, in turn; it does not say how calm the machine was. */
const byProcessor = async (theirs: Unit, ours: Unit, samples: number) => {
  const times: [number[], number[]] = [[], []];
  for (let round = -1; round < samples; round += 1)
    for (const [i, unit] of [theirs, ours].entries()) {
      const ms = await timed('cpu', () => unit.run(Math.max(0, round)));
      if (round >= 0) times[i]!.push(ms);
    }
  const [first, second] = times.map((one) => ({ p50Ms: summarize(one).medianMs })) as [Timing, Timing];
  return { first, second, calm: { isSteady: false } };
};

const byClock = (theirs: Unit, ours: Unit, signal: AbortSignal) => {
  const samples = Number(values.samples);
  if (values.clock === 'cpu') return byProcessor(theirs, ours, samples);
  return alternate(theirs, ours, { warmupMs: WARMUP_MS, samples, signal, usualMs: null });
};

const measure = async (diffusion: Diffusion, examples: number): Promise<readonly LatencyRun[]> => {
  const { context, prepared, compute } = diffusion;
  const { pipeline: base, task } = prepared;
  // without lanes it is all of a trajectory
  const macs = (one: Pipeline) => task.costs(one)['critical-macs']!;
  const runs: LatencyRun[] = [];
  for (const [pipeline, made] of Object.entries(pipelinesOf(diffusion))) {
    const lanes = lanesIn(made);
    // processor time is that of all threads together
    if (lanes > 1 && (lanes > availableParallelism() || values.clock === 'cpu')) continue;
    const own = lanes > 1 ? laneCompute(async () => undefined) : compute;
    const [theirs, ours] = [await task.units(base, compute, examples), await task.units(made, own, examples)];
    const { first, second, calm } = await byClock(theirs[0]!, ours[0]!, context.signal);
    for (const unit of [...theirs, ...ours]) await unit.release();
    runs.push({
      ...{ teacher, pipeline, examples, p50Ms: second.p50Ms, baseP50Ms: first.p50Ms, steady: calm.isSteady },
      ...{ faster: first.p50Ms / second.p50Ms, fewerMacs: macs(base) / macs(made) },
      machine: describeMachine({ provider: 'cpu', threads: 1 }).cpu,
    });
  }
  const alone = runs.filter((run) => [DEPTH, CACHE, LANES].some((name) => name === run.pipeline));
  const bestAloneMs = Math.min(...alone.map(({ p50Ms }) => p50Ms));
  return runs.map((run) => (run.pipeline === ALL ? { ...run, bestAloneMs } : run));
};

const all: LatencyRun[] = [];
await withDiffusion({ seed: 0, threads: 1, samples: 10 }, async (diffusion) => {
  for (const examples of values.examples.split(',').map(Number)) all.push(...(await measure(diffusion, examples)));
});
const head = ['pipeline', 'at a time', 'ms', 'base, ms', 'faster', 'fewer MACs', 'apart', 'calm'];
const rows = all.map(({ pipeline, examples, p50Ms, baseP50Ms, faster, fewerMacs, steady }) => [
  ...[pipeline, `${examples}`, p50Ms.toFixed(2), baseP50Ms.toFixed(2), `${faster.toFixed(2)}x`],
  ...[`${fewerMacs.toFixed(2)}x`, `${(100 * (faster / fewerMacs - 1)).toFixed(0)} %`, steady ? 'yes' : 'no'],
]);
console.log(table(head, rows));
for (const { bestAloneMs, p50Ms, examples } of all) {
  if (bestAloneMs === undefined) continue;
  const is = p50Ms < bestAloneMs ? 'below' : 'not below';
  console.log(`${examples} at a time: all three take ${p50Ms.toFixed(1)} ms, ${is} each alone`);
}
if (values.clock === 'cpu') console.log('processor time: not recorded');
else if (all.every(({ steady }) => steady)) await writeResults('diffusion-latency', all);
else console.log('not recorded: the machine was not calm');
