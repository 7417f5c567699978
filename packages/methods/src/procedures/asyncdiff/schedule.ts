/**
 * The schedule of components: one after another while they warm up, then each on a lane of its own. Lanes see slots as they
 * were when a step began, so every component reads what the one before it wrote a step, or a round, ago.
 *
 * Stride 2: a round serves steps i and i + 1. All components run on the conditions of step i + 1, which the task knows in
 * advance, and one lane more runs the last component on those of step i, on the same inputs. Step i + 1 computes nothing.
 */
import type { Graph } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Call, callsAt, joined, type Part, type Pipeline, portsOf, type Schedule } from '@topiary/pipeline';

/** Slots by the names of a part's own inputs, outputs and cuts. */
export interface Wired {
  readonly components: readonly { readonly id: string; readonly graph: Graph }[];
  /** Slots of the values that cross cuts. */
  readonly crossing: ReadonlyMap<string, string>;
}

export interface Lanes {
  readonly steps: number;
  readonly warmUp: number;
  readonly stride: number;
  /** The slot that the task writes timesteps into. */
  readonly time: string;
}

const HOLD = 'hold';
const nextOf = (slot: string): string => `${slot}-next`;

const slotIn = (slots: Readonly<Record<string, string>>, rename: (slot: string) => string) =>
  Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, rename(slot)]));

/** The calls of one step's components; `call` is the one that they stand for. */
const callsOf = ({ components, crossing }: Wired, call: Call, laneOf: (i: number) => number): readonly Call[] =>
  components.map(({ id, graph }, i) => {
    const reads = graph.inputs.map(({ name }) => [name, crossing.get(name) ?? call.in[name]!]);
    const writes = graph.outputs.flatMap(({ name }) => {
      const slot = crossing.get(name) ?? call.out[name];
      return slot === undefined ? [] : [[name, slot]];
    });
    return { part: id, in: Object.fromEntries(reads), out: Object.fromEntries(writes), lane: laneOf(i) };
  });

/** One round for two steps: `now` and `next` are the calls that these make. */
const roundOf = (now: readonly Call[], next: readonly Call[], { results }: Schedule, time: string): Call[] => {
  const later = (slot: string): string => (slot === time || results.includes(slot) ? nextOf(slot) : slot);
  const last = now.at(-1)!;
  const said = Object.fromEntries(Object.entries(last.out).filter(([, slot]) => results.includes(slot)));
  return [
    ...next.map((call) => ({ ...call, in: slotIn(call.in, later), out: slotIn(call.out, later) })),
    { ...last, out: said, lane: now.length },
  ];
};

/** What was said for a step in advance, into the slots that the task reads. */
const heldBy = (results: readonly string[], types: ReadonlyMap<string, Graph['outputs'][number]>) => {
  const b = createBuilder();
  for (const slot of results) {
    const { type, shape } = types.get(slot)!;
    b.output(b.op('Identity', [b.input(nextOf(slot), type, shape)]), slot);
  }
  const graph = b.build(HOLD);
  const same = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const call: Call = { part: HOLD, in: same(results.map(nextOf)), out: same(results), lane: 0 };
  const part: Part = { graph, ports: portsOf(graph) };
  return { part, call };
};

const typesOfResults = (calls: readonly Call[], { components }: Wired) => {
  const types = new Map<string, Graph['outputs'][number]>();
  calls.forEach(({ out }, i) => {
    for (const value of components[i]!.graph.outputs) if (out[value.name]) types.set(out[value.name]!, value);
  });
  return types;
};

/** The pipeline of the components; `wired` has one entry for each part of the pipeline. */
export const inLanes = (pipeline: Pipeline, wired: ReadonlyMap<string, Wired>, lanes: Lanes): Pipeline => {
  const { steps, warmUp, stride, time } = lanes;
  const { schedule } = pipeline;
  const parts = new Map<string, Part>();
  for (const [id, { components }] of wired) {
    const ports = new Map(pipeline.parts.get(id)!.ports.map((port) => [port.name, port]));
    for (const { id: name, graph } of components)
      parts.set(name, { graph, ports: portsOf(graph).map((port) => ports.get(port.name) ?? port) });
  }
  const at = (step: number, isWarm: boolean): readonly Call[] => {
    const [call] = callsAt(schedule, step);
    return callsOf(wired.get(call!.part)!, call!, isWarm ? () => 0 : (i) => i);
  };
  const taken: (readonly Call[])[] = [];
  for (let step = 0; step < warmUp; step += 1) taken.push(at(step, true));
  for (let step = warmUp; step < steps; step += stride) {
    const isPair = stride === 2 && step + 1 < steps;
    if (!isPair) {
      taken.push(at(step, false));
      continue;
    }
    const types = typesOfResults(at(step, false), wired.get(callsAt(schedule, step)[0]!.part)!);
    const hold = heldBy(schedule.results, types);
    parts.set(HOLD, hold.part);
    taken.push(roundOf(at(step, false), at(step + 1, false), schedule, time), [hold.call]);
  }
  const ahead = parts.has(HOLD) ? { ahead: { ...schedule.ahead, [nextOf(time)]: time } } : {};
  const stretches = joined(taken.map((calls) => ({ steps: 1, calls })));
  return { parts, schedule: { ...schedule, stretches, ...ahead } };
};
