/**
 * Steps that read what the step before kept, in one graph with it: what is kept then never leaves onnxruntime. Handing out a
 * value and giving it back costs some 20 µs, and going from one session to another as much as a fifth of a small network, so
 * that steps of their own save less time than they skip work. The sampler's step between them is in the graph, too:
 *
 *   ε̂ = ε_none + s (ε_class - ε_none),   x̂₀ = clip((x - √(1 - ᾱ) ε̂) / √ᾱ),   x' = p x̂₀ + q (x - √ᾱ x̂₀) / √(1 - ᾱ)
 */
import { embed } from '@topiary/autodiff';
import { elements, type Graph, type GraphBuilder, int } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { type Call, callsAt, type Part, type Pipeline, portsOf } from '@topiary/pipeline';
import { type SampleSettings, slotsOf } from './sample.js';

export interface Runs {
  /** A part for each kind of run; a step of its schedule is a run. */
  readonly pipeline: Pipeline;
  /** Steps of the sampling in each run, in their order. */
  readonly lengths: readonly number[];
}

/** Inputs and outputs of a run's graph. */
export const timeOf = (step: number): string => `t-${step}`;
/** √ᾱ and √(1 - ᾱ) of a step, and the sampler's p and q. */
export const ratesOf = (step: number): string => `rates-${step}`;
export const [PICTURES, CLASSES, SAID, STATE] = ['x', 'y', 'said', 'state'] as const;

/** Weights of all runs together: each holds its own. */
const MOST_BYTES = 2 ** 28;

const bytesOf = ({ initializers }: Graph): number =>
  [...initializers.values()].reduce((sum, { dims }) => sum + 4 * elements(dims), 0);

/** Slots that a call reads from before, as the task does not write them. */
const keptBy = ({ schedule }: Pipeline, call: Call): string[] =>
  Object.values(call.in).filter((slot) => !schedule.given.includes(slot));

/** The calls of each run; null where a step makes several, or reads from further away than its run begins. */
const runsOf = (pipeline: Pipeline, steps: number): readonly (readonly Call[])[] | null => {
  const runs: Call[][] = [];
  for (let step = 0; step < steps; step += 1) {
    const [call, second] = callsAt(pipeline.schedule, step);
    if (second !== undefined) return null;
    const kept = keptBy(pipeline, call!);
    if (kept.length === 0) runs.push([call!]);
    else {
      const run = runs.at(-1);
      const written = new Set(run?.flatMap(({ out }) => Object.values(out)));
      if (!kept.every((slot) => written.has(slot))) return null;
      run!.push(call!);
    }
  }
  return runs;
};

const slice = (b: GraphBuilder, x: string, axis: number, from: number, to: number): string =>
  b.op('Slice', [x, b.int64s([from]), b.int64s([to]), b.int64s([axis]), b.int64s([1])]);

/** The sampler's step, of pictures [n, C, H, W] and what was said of them, [n or 2 n, C or 2 C, H, W]. */
const advanced = (b: GraphBuilder, state: string, all: string, step: number, settings: SampleSettings): string => {
  const { guidance, predicts, clip, dims } = settings;
  const n = Number(b.shape(state)[0]);
  const said = Number(b.shape(all)[1]) === dims[0] ? all : slice(b, all, 1, 0, dims[0]);
  const times = (x: string, y: string) => b.op('Mul', [x, y]);
  const [classed, none] = [slice(b, said, 0, 0, n), () => slice(b, said, 0, n, 2 * n)];
  const guide = (other: string) => b.op('Add', [other, times(b.scalar(guidance), b.op('Sub', [classed, other]))]);
  const guess = guidance === 1 ? said : guide(none());
  const rates = b.input(ratesOf(step), 'float32', [4]);
  const [signal, noise, p, q] = [0, 1, 2, 3].map((i) => slice(b, rates, 0, i, i + 1)) as [
    string,
    string,
    string,
    string,
  ];
  const raw =
    predicts === 'noise'
      ? b.op('Div', [b.op('Sub', [state, times(noise, guess)]), signal])
      : b.op('Sub', [times(signal, state), times(noise, guess)]);
  const picture = clip === null ? raw : b.op('Clip', [raw, b.scalar(clip[0]), b.scalar(clip[1])]);
  const left = b.op('Div', [b.op('Sub', [state, times(signal, picture)]), noise]);
  return b.op('Add', [times(p, picture), times(q, left)]);
};

/** A graph of `n` pictures: all steps of a run, and the sampler's between them. */
const graphOfRun = (pipeline: Pipeline, run: readonly Call[], settings: SampleSettings, n: number): Graph => {
  const slots = slotsOf(pipeline);
  const calls = settings.guidance === 1 ? n : 2 * n;
  const b = createBuilder();
  const y = b.input(CLASSES, 'int64', [calls]);
  let state = b.input(PICTURES, 'float32', [n, ...settings.dims]);
  const values = new Map([[slots.y, y]]);
  for (const [step, call] of run.entries()) {
    const { graph } = pipeline.parts.get(call.part)!;
    if (step > 0) state = advanced(b, state, values.get(slots.said)!, step - 1, settings);
    const { type } = graph.inputs.find(({ name }) => call.in[name] === slots.t)!;
    values.set(slots.t, b.input(timeOf(step), type, [calls]));
    values.set(slots.x, calls === n ? state : b.op('Concat', [state, state], { axis: int(0) }));
    const inputs = graph.inputs.map(({ name }) => values.get(call.in[name]!)!);
    const { value } = embed(b, graph, { inputs, as: '' });
    for (const [output, slot] of Object.entries(call.out)) values.set(slot, value(output));
  }
  b.output(values.get(slots.said)!, SAID);
  if (run.length > 1) b.output(state, STATE);
  return b.build(run.map(({ part }) => part).join('-'));
};

const partOf = (graph: Graph): Part => ({ graph, ports: portsOf(graph) });

const callOf = (part: string, { inputs, outputs }: Graph): Call => {
  const same = (names: Graph['inputs']) => Object.fromEntries(names.map(({ name }) => [name, name]));
  return { part, in: same(inputs), out: same(outputs), lane: 0 };
};

/** Null: nothing is kept between steps, or what is kept cannot stay in a graph. */
export const inRuns = (pipeline: Pipeline, settings: SampleSettings, n: number): Runs | null => {
  const { schedule, sampler } = settings;
  if (sampler.mix === null || pipeline.schedule.ahead !== undefined) return null;
  const runs = runsOf(pipeline, schedule.steps.length);
  if (runs === null || runs.every(({ length }) => length === 1)) return null;
  const parts = new Map<string, Part>();
  const calls = runs.map((run): Call => {
    const id = run.map(({ part }) => part).join(' then ');
    if (!parts.has(id)) parts.set(id, partOf(graphOfRun(pipeline, run, settings, n)));
    return callOf(id, parts.get(id)!.graph);
  });
  if ([...parts.values()].reduce((sum, { graph }) => sum + bytesOf(graph), 0) > MOST_BYTES) return null;
  const given = [...new Set(calls.flatMap((call) => Object.keys(call.in)))];
  const stretches = calls.map((call) => ({ steps: 1, calls: [call] }));
  return {
    pipeline: { parts, schedule: { given, results: [SAID, STATE], stretches } },
    lengths: runs.map(({ length }) => length),
  };
};
