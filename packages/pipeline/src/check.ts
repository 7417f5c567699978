/** Refuses a pipeline that cannot be played: a part that is not there, a slot read before it is written, a wrong port. */
import { TopiaryError } from '@topiary/errors';
import { printShape, type Shape, sameShape } from '@topiary/onnx';
import { type Call, type Pipeline, partOf, type Stretch } from './pipeline.js';
import { assertPorts } from './port.js';

/** What is known of a slot: the type and shape that were written; null: the task writes it. */
type Written = { readonly type: string; readonly shape: Shape } | null;
type Slots = Map<string, Written>;

const refuse = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', { where, expected, got });
};

const refusePart = (where: string, expected: string, got: string): never => {
  throw new TopiaryError('TOPIARY_PIPELINE_PART', { where, expected, got });
};

const checkReads = (pipeline: Pipeline, call: Call, slots: Slots, where: string): void => {
  const { graph } = partOf(pipeline, call.part, where);
  for (const { name, type, shape } of graph.inputs) {
    const slot = call.in[name] ?? refuse(where, `a slot for port '${name}' of part '${call.part}'`, 'none');
    if (!slots.has(slot)) refuse(where, `slot '${slot}' written before port '${name}' reads it`, 'it is not');
    const written = slots.get(slot);
    const fits = written === null || (written!.type === type && sameShape(written!.shape, shape));
    if (fits) continue;
    throw new TopiaryError('TOPIARY_PIPELINE_PORT', {
      where: `${where}, port '${name}' of part '${call.part}'`,
      expected: `${type}${printShape(shape)}`,
      got: `${written!.type}${printShape(written!.shape)} in slot '${slot}'`,
    });
  }
  const unknown = Object.keys(call.in).find((port) => !graph.inputs.some(({ name }) => name === port));
  if (unknown !== undefined) refuse(where, `ports of part '${call.part}'`, unknown);
};

const writes = (pipeline: Pipeline, call: Call, where: string): [string, Written][] => {
  const { graph } = partOf(pipeline, call.part, where);
  return Object.entries(call.out).map(([output, slot]) => {
    const value = graph.outputs.find(({ name }) => name === output);
    if (!value) return refuse(where, `outputs of part '${call.part}'`, output);
    return [slot, { type: value.type, shape: value.shape }];
  });
};

/** The lanes of a step, in the order of their numbers, each with its calls in order. */
export const lanesOf = (calls: readonly Call[]): (readonly Call[])[] =>
  [...new Set(calls.map(({ lane }) => lane))]
    .sort((a, b) => a - b)
    .map((lane) => calls.filter((call) => call.lane === lane));

/** What a step leaves in the slots; each lane sees what stood there before the step and what it wrote itself. */
const afterStep = (pipeline: Pipeline, { calls }: Stretch, slots: Slots, where: string): Slots => {
  const { given, ahead = {} } = pipeline.schedule;
  const before: Slots = new Map([...slots, ...[...given, ...Object.keys(ahead)].map((slot) => [slot, null] as const)]);
  const after = new Map(before);
  for (const lane of lanesOf(calls)) {
    const own = new Map(before);
    for (const call of lane) {
      checkReads(pipeline, call, own, where);
      for (const [slot, written] of writes(pipeline, call, where)) {
        own.set(slot, written);
        after.set(slot, written);
      }
    }
  }
  return after;
};

/** Throws `TOPIARY_PIPELINE_*` where the pipeline cannot be played; nothing is computed. */
export const assertPipeline = (pipeline: Pipeline): void => {
  if (pipeline.parts.size === 0) refusePart('the pipeline', 'at least one part', 'none');
  for (const [id, { graph, ports }] of pipeline.parts) {
    if (id.includes('/')) refusePart(`part '${id}'`, "a name without '/'", id);
    assertPorts(id, graph, ports);
  }
  const { results, stretches, given, ahead = {} } = pipeline.schedule;
  for (const [slot, of] of Object.entries(ahead))
    if (!given.includes(of)) refuse(`slot '${slot}', which looks ahead`, `one of ${given.join(', ')}`, of);
  if (stretches.length === 0) refuse('schedule', 'at least one step', 'none');
  let slots: Slots = new Map();
  let first = 0;
  stretches.forEach((stretch, i) => {
    if (stretch.steps !== null && !(Number.isInteger(stretch.steps) && stretch.steps > 0))
      refuse(`stretch ${i}`, 'a whole number of steps, at least 1', String(stretch.steps));
    if (stretch.steps === null && i < stretches.length - 1)
      refuse(`stretch ${i}`, 'a number of steps: only the last stretch may go on for ever', 'null');
    slots = afterStep(pipeline, stretch, slots, `step ${first}`);
    // the second step of a stretch reads what its first one wrote; from then on all are alike
    if (stretch.steps !== 1) slots = afterStep(pipeline, stretch, slots, `step ${first + 1}`);
    for (const slot of results) if (!slots.has(slot)) refuse(`step ${first}`, `slot '${slot}' for the task`, 'nothing');
    first += stretch.steps ?? 0;
  });
};
