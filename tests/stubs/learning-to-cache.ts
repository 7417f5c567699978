/** Learning-to-Cache: a router over timesteps and sub-layers, then one static part per distinct mask, weights shared. */
import type { Procedure } from '@topiary/methods';
import { merge, type Part, type Pipeline, portsOf, type Stretch } from '@topiary/pipeline';
import { blocksOf, subgraph } from '@topiary/pruning';
import { about, json } from './_about.js';

/** The router's parameters are clamped and no parameters of the result: they are gone once the mask is known. */
const ROUTER = { name: 'router', decay: 0, clamp: [-5, 5] as const };

/** Full at odd steps, where each sub-layer's branch is kept in a slot; at even ones some are read from there. */
export const withCache = (base: Pipeline, steps: number, cached: readonly string[]): Pipeline => {
  const graph = merge(base);
  const outputs = graph.outputs.map(({ name }) => name);
  const full = subgraph(graph, [], [...outputs, ...cached]);
  const light = subgraph(graph, cached, outputs);
  const part = (one: typeof graph): Part => ({ graph: one, ports: portsOf(one) });
  const same = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const calls = (id: string, one: typeof graph) => [
    { part: id, in: same(one.inputs.map(({ name }) => name)), out: same(one.outputs.map(({ name }) => name)), lane: 0 },
  ];
  const stretches = Array.from(
    { length: steps },
    (_, i): Stretch =>
      i % 2 === 0 ? { steps: 1, calls: calls('full', full) } : { steps: 1, calls: calls('light', light) },
  );
  return {
    parts: new Map([
      ['full', part(full)],
      ['light', part(light)],
    ]),
    schedule: { ...base.schedule, stretches },
  };
};

export const LearningToCache: Procedure = {
  ...about('learning-to-cache', 'Learning-to-Cache', ['trajectory-macs', 'latency', 'slot-bytes'], ['router']),
  refuses: (_, { target }) => (target !== null && target.axis !== 'trajectory-macs' ? 'another axis' : null),
  run: async (context) => {
    const branches = blocksOf(merge(context.pipeline)).flatMap(({ subLayers }) => subLayers.flatMap((s) => s.ungated));
    context.log(`router ${JSON.stringify(ROUTER)} over ${branches.length} sub-layers`);
    const pipeline = withCache(context.pipeline, 10, branches.slice(0, 1));
    return { pipeline, facts: [json('schedule', 'Router', branches)], flags: [] };
  },
};
