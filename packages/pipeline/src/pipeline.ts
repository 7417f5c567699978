/**
 * What is judged: named graphs and a schedule. The task owns the loop (sampler, tokens, scales); the schedule says which
 * calls each of its steps makes. Caches, stale inputs, experts by timestep and lanes are all schedules, so that methods
 * compose: each rewrites parts and schedule. Initialisers of one name in several parts are one tensor: stored, counted,
 * cut and trained once.
 */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { type Port, portsOf } from './port.js';

export interface Part {
  readonly graph: Graph;
  readonly ports: readonly Port[];
  /**
   * Whether it belongs to the task rather than to what is made cheaper: it runs as it is, and is neither cut, trained nor
   * counted (false). What decodes latents or masks, what reads prompts.
   */
  readonly kept?: boolean;
}

/**
 * One call of a part. A slot is a named value; it keeps what was written until it is written again. Calls of one lane
 * follow each other; lanes of a step run side by side and see each other's slots as they were when the step began.
 */
export interface Call {
  readonly part: string;
  /** Slot by port. */
  readonly in: Readonly<Record<string, string>>;
  /** Slot by output; an output left out is dropped. */
  readonly out: Readonly<Record<string, string>>;
  readonly lane: number;
}

/** Steps that make the same calls. */
export interface Stretch {
  /** Null: as many as the task's loop has left. */
  readonly steps: number | null;
  readonly calls: readonly Call[];
}

export interface Schedule {
  /** Slots that the task writes before every step. */
  readonly given: readonly string[];
  /** Slots that the task reads after every step. */
  readonly results: readonly string[];
  readonly stretches: readonly Stretch[];
  /** Settings of the task's loop that this pipeline asks for in the place of the base's own, such as fewer steps. */
  readonly settings?: Readonly<Record<string, number | string>> | undefined;
  /** Slots that hold what the task will write into others a step later (none): by slot, the given one. */
  readonly ahead?: Readonly<Record<string, string>> | undefined;
}

export interface Pipeline {
  readonly parts: ReadonlyMap<string, Part>;
  readonly schedule: Schedule;
}

/** The part of a pipeline that has one. */
export const NETWORK = 'network';

const same = (names: readonly { readonly name: string }[]): Record<string, string> =>
  Object.fromEntries(names.map(({ name }) => [name, name]));

/** One graph, called once a step: slots are named as its inputs and outputs. */
export const single = (graph: Graph, ports: readonly Port[] = portsOf(graph)): Pipeline => {
  const call: Call = { part: NETWORK, in: same(graph.inputs), out: same(graph.outputs), lane: 0 };
  return {
    parts: new Map([[NETWORK, { graph, ports }]]),
    schedule: {
      given: graph.inputs.map(({ name }) => name),
      results: graph.outputs.map(({ name }) => name),
      stretches: [{ steps: null, calls: [call] }],
    },
  };
};

const missing = (where: string, known: Iterable<string>, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_PIPELINE_PART', { where, expected: `one of ${[...known].join(', ')}`, got });

export const partOf = ({ parts }: Pipeline, id: string, where = 'the pipeline'): Part => {
  const part = parts.get(id);
  if (part) return part;
  throw missing(where, parts.keys(), id);
};

/** The graph of a pipeline that has one part. */
export const graphOf = ({ parts }: Pipeline): Graph => {
  const [first, second] = parts.values();
  if (first && !second) return first.graph;
  throw new TopiaryError('TOPIARY_PIPELINE_PART', {
    where: 'the pipeline',
    expected: 'one part',
    got: [...parts.keys()].join(', ') || 'none',
  });
};

/** The pipeline with other graphs in the same parts. */
export const withGraphs = ({ parts, schedule }: Pipeline, change: (graph: Graph, part: string) => Graph): Pipeline => ({
  schedule,
  parts: new Map([...parts].map(([id, part]) => [id, { ...part, graph: change(part.graph, id) }])),
});

/** Without the parts that are kept: what is cut, trained and counted. */
export const changing = ({ parts, schedule }: Pipeline): Pipeline => ({
  schedule,
  parts: new Map([...parts].filter(([, { kept = false }]) => !kept)),
});

/** The calls of a step (0, 1, …); the last stretch without an end goes on for ever. */
export const callsAt = ({ stretches }: Schedule, step: number): readonly Call[] => {
  let first = 0;
  for (const { steps, calls } of stretches) {
    if (steps === null || step < first + steps) return calls;
    first += steps;
  }
  throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', {
    where: `step ${step}`,
    expected: `a step below ${first}, the end of the schedule`,
    got: String(step),
  });
};

/** Steps of the whole schedule; null where the task's loop decides. */
export const stepsOf = ({ stretches }: Schedule): number | null =>
  stretches.some(({ steps }) => steps === null) ? null : stretches.reduce((sum, { steps }) => sum + steps!, 0);

/** Stretches after one another, with those as one that make the same calls. */
export const joined = (stretches: readonly Stretch[]): readonly Stretch[] => {
  const made: Stretch[] = [];
  for (const stretch of stretches) {
    const last = made.at(-1);
    const isMore = last !== undefined && last.steps !== null && stretch.steps !== null;
    if (isMore && JSON.stringify(last.calls) === JSON.stringify(stretch.calls))
      made[made.length - 1] = { ...last, steps: last.steps + stretch.steps };
    else made.push(stretch);
  }
  return made;
};
