/** What computes where lanes run side by side: a thread of its own for each, with sessions of the parts that it calls. */
import type { Graph } from '@topiary/onnx';
import { lanesOf, type Pipeline } from '@topiary/pipeline';
import { openLane } from '@topiary/runtime';
import type { Compute } from '@topiary/tasks';

/** The most lanes that a step has. */
export const lanesIn = ({ schedule }: Pipeline): number =>
  Math.max(...schedule.stretches.map(({ calls }) => lanesOf(calls).length));

/** By lane, the parts that it calls in some step. */
const partsByLane = ({ parts, schedule }: Pipeline): ReadonlyMap<number, ReadonlyMap<string, Graph>> => {
  const called = new Map<number, Map<string, Graph>>();
  for (const { part, lane } of schedule.stretches.flatMap(({ calls }) => calls)) {
    const own = called.get(lane) ?? new Map<string, Graph>();
    called.set(lane, own.set(part, parts.get(part)!.graph));
  }
  return called;
};

/** `threads`: of each lane, inside an operator. */
export const laneCompute = (pause: Compute['pause'], threads = 1): Compute => ({
  pause,
  open: async (pipeline) => {
    const lanes = new Map<number, Awaited<ReturnType<typeof openLane>>>();
    const release = async (): Promise<void> => {
      for (const lane of lanes.values()) await lane.close();
    };
    try {
      for (const [lane, graphs] of partsByLane(pipeline)) lanes.set(lane, await openLane(graphs, { threads }));
    } catch (error) {
      await release();
      throw error;
    }
    return { run: (part, feeds, lane = 0) => lanes.get(lane)!.run(part, feeds), release };
  },
});
