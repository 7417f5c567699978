/**
 * Does the latency of a sampling follow its MACs? Pipelines of the shipped diffusion transformer, each in turn with the base on
 * one thread: half of the blocks, every second step reused in a quarter, in half, whole, as a router learned, fewer steps; two lanes
 * with a thread each, and half of the blocks, half reused, on two lanes as one recipe, beside each of the three alone. All of it
 * several times, as one timing says nothing of the next. Wants a calm machine: a timing beside which the base did not stay as it was
 * is recorded as such, and no claim rests on it. With `--clock cpu` it takes the thread's own processor time, which says nearly the
 * same on a busy machine, and records nothing.
 * Command: npx tsx scripts/experiments/diffusion-latency.ts [--examples 1,16] [--samples 20] [--repetitions 5] [--clock wall|cpu]
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
import { MORE, ROUTER_STEPS, routed, SOME } from './diffusion-router.js';
import { readResults, writeResults } from './results.js';
import { TEACHER, teacher } from './teacher.js';

const { values } = parseArgs({
  options: {
    ...TEACHER,
    examples: { type: 'string', default: '1,16' },
    samples: { type: 'string', default: '20' },
    repetitions: { type: 'string', default: '5' },
    clock: { type: 'string', default: 'wall' },
  },
});
if (values.clock !== 'wall' && values.clock !== 'cpu')
  throw new Error(`--clock takes wall or cpu, not ${values.clock}`);

const NAME = 'diffusion-latency';
const WARMUP_MS = 500;

export interface LatencyRun {
  /** The base network's file. */
  readonly teacher: string;
  readonly pipeline: string;
  /** Pictures that are sampled at a time. */
  readonly examples: number;
  readonly repetition: number;
  readonly p50Ms: number;
  readonly baseP50Ms: number;
  /** Base over this. */
  readonly faster: number;
  /** Along the longest lane. */
  readonly fewerMacs: number;
  /** Of what is composed: base over the quickest of its parts alone. */
  readonly bestAlone?: number;
  /** Whether the base stayed as it was while this, and what it is put beside, was timed. */
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

const pipelinesOf = async (diffusion: Diffusion): Promise<Readonly<Record<string, Pipeline>>> => {
  const { pipeline: base, task } = diffusion.prepared;
  const trajectory = task.trajectory(base)!;
  const steps = trajectory.timesteps.length;
  const fewer = (left: number): Pipeline => ({ ...base, schedule: { ...base.schedule, settings: { steps: left } } });
  const learned = async (speedup: number): Promise<Pipeline> => {
    const choice = { which: 'learned', speedup, steps: ROUTER_STEPS };
    return (await routed(diffusion, choice)).pipeline;
  };
  return {
    [DEPTH]: half(base),
    'a quarter reused': reusing(base, steps, 0.25),
    [CACHE]: reusing(base, steps, 0.5),
    'all reused': reusing(base, steps, 1),
    'reused as learned, 1.33x': await learned(SOME),
    'reused as learned, 1.67x': await learned(MORE),
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

/** Every pipeline once, in turn with the base. */
const measure = async (
  { context, prepared, compute }: Diffusion,
  pipelines: Readonly<Record<string, Pipeline>>,
  { examples, repetition }: Pick<LatencyRun, 'examples' | 'repetition'>,
): Promise<readonly LatencyRun[]> => {
  const { pipeline: base, task } = prepared;
  // without lanes it is all of a trajectory
  const macs = (one: Pipeline) => task.costs(one)['critical-macs']!;
  const runs: LatencyRun[] = [];
  for (const [pipeline, made] of Object.entries(pipelines)) {
    const lanes = lanesIn(made);
    // processor time is that of all threads together
    if (lanes > 1 && (lanes > availableParallelism() || values.clock === 'cpu')) continue;
    const own = lanes > 1 ? laneCompute(async () => undefined) : compute;
    const [theirs, ours] = [await task.units(base, compute, examples), await task.units(made, own, examples)];
    const { first, second, calm } = await byClock(theirs[0]!, ours[0]!, context.signal);
    for (const unit of [...theirs, ...ours]) await unit.release();
    runs.push({
      ...{ teacher, pipeline, examples, repetition, p50Ms: second.p50Ms, baseP50Ms: first.p50Ms },
      ...{ steady: calm.isSteady, faster: first.p50Ms / second.p50Ms, fewerMacs: macs(base) / macs(made) },
      machine: describeMachine({ provider: 'cpu', threads: 1 }).cpu,
    });
  }
  // each by the base that was timed in turn with it: the machine may have changed between two of them
  const alone = runs.filter((run) => [DEPTH, CACHE, LANES].some((name) => name === run.pipeline));
  const bestAlone = Math.max(...alone.map(({ faster }) => faster));
  const areSteady = alone.every(({ steady }) => steady);
  return runs.map((run) => (run.pipeline === ALL ? { ...run, bestAlone, steady: run.steady && areSteady } : run));
};

const all: LatencyRun[] = [];
// a seed of which a router is learned anyway
await withDiffusion({ seed: 1, threads: 1, samples: 10 }, async (diffusion) => {
  const pipelines = await pipelinesOf(diffusion);
  for (let repetition = 0; repetition < Number(values.repetitions); repetition += 1)
    for (const examples of values.examples.split(',').map(Number))
      all.push(...(await measure(diffusion, pipelines, { examples, repetition })));
});

/** Medians over repetitions. */
const print = (): void => {
  const nameOf = ({ pipeline, examples }: LatencyRun): string => `${pipeline} × ${examples}`;
  const rows = [...new Set(all.map(nameOf))].map((name) => {
    const own = all.filter((run) => nameOf(run) === name);
    const middle = (of: (run: LatencyRun) => number) => summarize(own.map(of)).medianMs;
    const [faster, fewer] = [middle((run) => run.faster), own[0]!.fewerMacs];
    const steady = own.filter((run) => run.steady).length;
    return [
      ...[name, middle((run) => run.p50Ms).toFixed(2), middle((run) => run.baseP50Ms).toFixed(2)],
      ...[`${faster.toFixed(2)}x`, `${fewer.toFixed(2)}x`, `${(100 * (faster / fewer - 1)).toFixed(0)} %`],
      ...[own[0]!.bestAlone === undefined ? '' : `${middle((run) => run.bestAlone!).toFixed(2)}x`],
      `${steady} of ${own.length}`,
    ];
  });
  const head = ['pipeline × at a time', 'ms', 'base, ms', 'faster', 'fewer MACs', 'apart', 'best alone', 'calm'];
  console.log(table(head, rows));
};

print();
if (values.clock === 'cpu') console.log('processor time: not recorded');
else {
  const others = (await readResults<LatencyRun>(NAME)).filter((run) => run.teacher !== teacher);
  await writeResults(NAME, [...others, ...all]);
}
