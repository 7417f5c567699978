/**
 * Wall clock of AsyncDiff beside what its MACs promise: a thread for each lane against the whole network on one thread and on as
 * many as there are lanes, and against fewer steps that cost as much along the longest lane. For a quiet machine: `load` says
 * whether it was one. Settings with more lanes than cores are left out, as their wall clock says nothing.
 * Command: npx tsx scripts/experiments/asyncdiff-latency.ts [--steps 50] [--batches 1,16] [--samples 30] [--repetitions 5]
 * Every result is written at once, and what the file holds already is skipped. No claim rests on one beside which the base did not
 * stay as it was.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { fillPorts, type Pipeline } from '@topiary/pipeline';
import { alternate, compile } from '@topiary/runtime';
import type { Compute } from '@topiary/tasks';
import { laneCompute, lanesIn } from '../../workers/evaluator/src/lane-compute.js';
import { table } from '../bench/summary.js';
import { computeHere } from '../dense/reference.js';
import {
  asLong,
  inComponents,
  nameOf,
  type Opened,
  opened,
  pipelineOf,
  type Setting,
  whole,
} from './asyncdiff-settings.js';
import { addResult, isRecorded, readResults, recordedOf } from './results.js';
import { TEACHER, teacher } from './teacher.js';

const NAME = 'asyncdiff-latency';

const { values } = parseArgs({
  options: {
    ...TEACHER,
    steps: { type: 'string', default: '50' },
    batches: { type: 'string', default: '1,16' },
    samples: { type: 'string', default: '30' },
    repetitions: { type: 'string', default: '5' },
  },
});

export interface LatencyRun extends Setting {
  readonly teacher: string;
  readonly steps: number;
  /** Pictures of a sampling; guidance doubles what the network is shown. */
  readonly batch: number;
  readonly repetition: number;
  /** Timed of it. */
  readonly samples: number;
  /** Threads of the whole network, or lanes with one each. */
  readonly threads: number;
  readonly cores: number;
  readonly load: number;
  readonly p50Ms: number;
  /** Of the whole network on one thread in all its steps, in turn with it. */
  readonly baseP50Ms: number;
  /**
   * Of the whole network on as many threads as there are lanes, in all its steps, as it would have been beside this base: it was
   * timed in turn with a base of its own. Null: not timed yet.
   */
  readonly wholeP50Ms: number | null;
  /** Times faster than the base. */
  readonly faster: number;
  /** The base stayed as it was while this, and the whole network beside it, was timed. */
  readonly isSteady: boolean;
  /** Times faster by MACs along the longest lane. */
  readonly promised: number;
  /** Median ms of one call of each part on one thread. */
  readonly partMs: Readonly<Record<string, number>>;
  /** What these add up to along the longest lane of each step. */
  readonly modelledMs: number;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** Each part alone, on one thread. */
const partTimes = async ({ parts }: Pipeline, batch: number): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const [part, { graph, ports }] of parts) {
    const session = await compile(graph, { provider: 'cpu', threads: 1, level: 'all' });
    const feeds = fillPorts(ports, batch);
    const times: number[] = [];
    for (let i = 0; i < 50; i += 1) {
      const began = performance.now();
      await session.run(feeds);
      times.push(performance.now() - began);
    }
    await session.release();
    found[part] = median(times);
  }
  return found;
};

const modelled = ({ schedule }: Pipeline, partMs: Readonly<Record<string, number>>, steps: number): number =>
  schedule.stretches.reduce((sum, { steps: own, calls }) => {
    const lanes = new Map<number, number>();
    for (const { part, lane } of calls) lanes.set(lane, (lanes.get(lane) ?? 0) + partMs[part]!);
    return sum + (own ?? steps) * Math.max(...lanes.values());
  }, 0);

interface Wanted {
  readonly steps: number;
  readonly batch: number;
  readonly repetition: number;
  readonly setting: Setting;
  readonly threads: number;
}

/** What tells its run from others. */
const aboutOf = ({ setting, ...about }: Wanted) => ({
  ...{ ...about, ...setting, teacher, samples: Number(values.samples), cores: availableParallelism() },
});

const measure = async (open: Opened, wanted: Wanted): Promise<LatencyRun> => {
  const { steps, batch, setting, threads } = wanted;
  const pipeline = pipelineOf(open, steps, setting);
  const lanes = lanesIn(pipeline);
  const compute: Compute = lanes > 1 ? laneCompute(async () => undefined) : computeHere(threads);
  const [ours] = await open.task.units(pipeline, compute, batch);
  const [theirs] = await open.task.units(open.base, computeHere(1), batch);
  const { first, second, calm } = await alternate(theirs!, ours!, { samples: Number(values.samples), warmupMs: 1000 });
  for (const unit of [ours!, theirs!]) await unit.release();
  const [undivided] = await recordedOf<LatencyRun>(NAME, aboutOf({ ...wanted, setting: whole(steps) }));
  const guided = 2 * batch;
  const partMs = await partTimes(pipeline, guided);
  const costs = (one: Pipeline) => open.task.costs(one)['critical-macs']!;
  return {
    ...{ ...aboutOf(wanted), load: loadavg()[0]! },
    ...{ p50Ms: second.p50Ms, baseP50Ms: first.p50Ms, isSteady: calm.isSteady && (undivided?.isSteady ?? true) },
    faster: first.p50Ms / second.p50Ms,
    wholeP50Ms: undivided ? (undivided.p50Ms * first.p50Ms) / undivided.baseP50Ms : null,
    promised: costs(open.base) / costs(pipeline),
    partMs,
    modelledMs: modelled(pipeline, partMs, setting.taken),
  };
};

const print = (runs: readonly LatencyRun[]): void => {
  const rows = runs.map((run) => [
    `${run.batch} × ${nameOf(run, run.steps)}, ${run.repetition + 1}`,
    `${run.threads} of ${run.cores}`,
    run.p50Ms.toFixed(1),
    run.baseP50Ms.toFixed(1),
    `${(run.baseP50Ms / run.p50Ms).toFixed(2)}x`,
    `${run.promised.toFixed(2)}x`,
    run.modelledMs.toFixed(1),
    `${(100 * (1 - run.modelledMs / run.p50Ms)).toFixed(0)} %`,
    `${run.load.toFixed(1)}${run.isSteady ? '' : ', unsteady'}`,
  ]);
  const head = [
    'setting',
    'threads',
    'ms',
    'base, ms',
    'faster',
    'by MACs',
    'by its parts, ms',
    'beside the parts',
    'load',
  ];
  console.log(table(head, rows));
};

/** The whole network on two threads first: lanes are put beside it. */
const settingsAt = (open: Opened, steps: number): readonly Pick<Wanted, 'setting' | 'threads'>[] => {
  const split = [inComponents(2, 1, 1, steps), inComponents(2, 1, 5, steps), inComponents(2, 2, 2, steps)];
  const fewer = whole(asLong(steps, split[0]!));
  return [
    { setting: whole(steps), threads: 2 },
    ...split.map((setting) => ({ setting, threads: lanesIn(pipelineOf(open, steps, setting)) })),
    { setting: fewer, threads: 1 },
    { setting: fewer, threads: 2 },
  ];
};

const steps = Number(values.steps);
const open = await opened(steps);
const wanted = Array.from({ length: Number(values.repetitions) }, (_, repetition) =>
  values.batches
    .split(',')
    .map(Number)
    .flatMap((batch) => settingsAt(open, steps).map((one) => ({ steps, batch, repetition, ...one }))),
).flat();
for (const one of wanted) {
  const cores = availableParallelism();
  if (one.threads > cores) {
    console.log(`${nameOf(one.setting, steps)}: left out, ${one.threads} threads or lanes on ${cores} cores`);
    continue;
  }
  if (await isRecorded(NAME, aboutOf(one))) continue;
  await addResult(NAME, await measure(open, one));
}
print(await readResults<LatencyRun>(NAME));
