/** What a pipeline costs, from its schedule and the operators' own counts; for one example, without what is kept. */
import { bytesPerElement, elements, elementsAt } from '@topiary/onnx';
import { type Count, type CountOptions, count, trainableNames } from '@topiary/ops';
import { lanesOf } from './check.js';
import { initializersOf } from './merge.js';
import { type Call, changing, type Pipeline, type Stretch, stepsOf } from './pipeline.js';

export type Counter = 'pure' | 'published';

export interface PipelineCosts {
  /** Numbers that training changes, each tensor once. */
  readonly params: number;
  /** MACs of an average step of the task's loop. */
  readonly macs: number;
  /** MACs of the whole schedule; null where the task's loop decides how long it is. */
  readonly trajectoryMacs: number | null;
  /** The same along the longest lane of each step. */
  readonly criticalMacs: number | null;
  /** Steps of the schedule; null where the task's loop decides. */
  readonly steps: number | null;
  /** Bytes that slots hold from one step to another, beside those that the task writes anew. */
  readonly slotBytes: number;
}

type PartCounts = ReadonlyMap<string, Count>;

/** Parts that are kept have no count. */
const macsOfCalls = (counts: PartCounts, counter: Counter, calls: readonly Call[]): number =>
  calls.reduce((sum, { part }) => sum + (counts.get(part)?.[counter] ?? 0), 0);

const longest = (counts: PartCounts, counter: Counter, { calls }: Stretch): number =>
  Math.max(0, ...lanesOf(calls).map((lane) => macsOfCalls(counts, counter, lane)));

/** Slots that some step reads without having written them before: they are kept. */
const keptSlots = ({ parts, schedule }: Pipeline): number => {
  const kept = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const { calls } of schedule.stretches) {
    for (const { part, out } of calls)
      for (const { name, type, shape } of parts.get(part)!.graph.outputs)
        if (out[name] !== undefined) sizes.set(out[name], bytesPerElement(type) * elementsAt(shape));
    for (const lane of lanesOf(calls)) {
      const written = new Set([...schedule.given, ...Object.keys(schedule.ahead ?? {})]);
      for (const call of lane) {
        for (const slot of Object.values(call.in)) if (!written.has(slot)) kept.set(slot, 0);
        for (const slot of Object.values(call.out)) written.add(slot);
      }
    }
  }
  return [...kept.keys()].reduce((sum, slot) => sum + (sizes.get(slot) ?? 0), 0);
};

/** Numbers that training changes, over all parts; what several parts share counts once. */
export const paramsOf = (pipeline: Pipeline): number => {
  const all = initializersOf(pipeline);
  const names = new Set([...changing(pipeline).parts.values()].flatMap(({ graph }) => [...trainableNames(graph)]));
  return [...names].reduce((sum, name) => sum + elements(all.get(name)!.dims), 0);
};

export const pipelineCosts = (pipeline: Pipeline, counter: Counter, options: CountOptions = {}): PipelineCosts => {
  const { schedule } = pipeline;
  const counts: PartCounts = new Map(
    [...changing(pipeline).parts].map(([id, { graph }]) => [id, count(graph, options)]),
  );
  const steps = stepsOf(schedule);
  // Where the loop decides, the last stretch is what most steps are.
  const stretches = steps === null ? [{ ...schedule.stretches.at(-1)!, steps: 1 }] : schedule.stretches;
  const total = (of: (stretch: Stretch) => number) =>
    stretches.reduce((sum, stretch) => sum + stretch.steps! * of(stretch), 0);
  const trajectory = total(({ calls }) => macsOfCalls(counts, counter, calls));
  return {
    params: paramsOf(pipeline),
    macs: trajectory / (steps ?? 1),
    trajectoryMacs: steps === null ? null : trajectory,
    criticalMacs: steps === null ? null : total((stretch) => longest(counts, counter, stretch)),
    steps,
    slotBytes: keptSlots(pipeline),
  };
};
