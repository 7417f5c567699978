/** CoDe on a visual autoregressive model: a large drafter makes the first scales, a small refiner the rest. */
import type { Procedure } from '@topiary/methods';
import type { Call, Pipeline, Stretch } from '@topiary/pipeline';
import { about } from './_about.js';

/**
 * VAR has a part per scale (`<model>-scale-k`), which share their weights; keys and values live in slots, which are free
 * once nobody reads them. The refiner's first call sees the whole prefix (`<model>-prefix-k`).
 */
export const collaborate = (base: Pipeline, drafts: number, scales: number): Pipeline => {
  const call = (part: string): Call => {
    const { graph } = base.parts.get(part)!;
    const slots = (names: readonly { readonly name: string }[]) =>
      Object.fromEntries(names.map(({ name }) => [name, name]));
    return { part, in: slots(graph.inputs), out: slots(graph.outputs), lane: 0 };
  };
  const stretches = Array.from({ length: scales }, (_, k): Stretch => {
    const part = k < drafts ? `drafter-scale-${k}` : k === drafts ? `refiner-prefix-${k}` : `refiner-scale-${k}`;
    return { steps: 1, calls: [call(part)] };
  });
  return { ...base, schedule: { ...base.schedule, stretches } };
};

export const CoDe: Procedure = {
  ...about('code', 'CoDe', ['trajectory-macs', 'latency', 'slot-bytes'], ['tune']),
  refuses: ({ parts }) =>
    parts.has('drafter-scale-0') && parts.has('refiner-scale-9') ? null : 'a drafter and a refiner',
  run: async (context, { params }) => {
    const drafts = Number(params['drafts'] ?? 8);
    context.log(`${drafts} scales by the drafter`);
    context.skip('tune');
    return { pipeline: collaborate(context.pipeline, drafts, 10), facts: [], flags: [] };
  },
};
