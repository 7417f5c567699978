/** AsyncDiff: components of equal cost, each on a lane of its own, reading what the one before left a step ago. */
import type { Procedure } from '@topiary/methods';
import { type Call, merge, type Part, type Pipeline, portsOf, type Stretch } from '@topiary/pipeline';
import { blocksOf, subgraph } from '@topiary/pruning';
import { about } from './_about.js';

const same = (names: readonly { readonly name: string }[]) => Object.fromEntries(names.map(({ name }) => [name, name]));

/** `cuts`: the values that cross each cut; `warmUp` steps are sequential, then every component has its lane. */
export const lanes = (
  base: Pipeline,
  cuts: readonly (readonly string[])[],
  warmUp: number,
  steps: number,
): Pipeline => {
  const graph = merge(base);
  const ends = [...cuts, graph.outputs.map(({ name }) => name)];
  const parts = new Map<string, Part>(
    ends.map((end, i) => {
      const one = subgraph(graph, i === 0 ? [] : ends[i - 1]!, end);
      return [`component-${i + 1}`, { graph: one, ports: portsOf(one) }];
    }),
  );
  const calls = (lane: (i: number) => number): Call[] =>
    [...parts].map(([part, { graph: one }], i) => ({
      part,
      in: same(one.inputs),
      out: same(one.outputs),
      lane: lane(i),
    }));
  const stretches: Stretch[] = [
    { steps: warmUp, calls: calls(() => 0) },
    { steps: steps - warmUp, calls: calls((i) => i) },
  ];
  return { parts, schedule: { ...base.schedule, stretches } };
};

export const AsyncDiff: Procedure = {
  ...about('asyncdiff', 'AsyncDiff', ['critical-macs', 'latency'], ['split']),
  refuses: (pipeline) => (blocksOf(merge(pipeline)).length < 2 ? 'more components than blocks' : null),
  run: async ({ pipeline }) => {
    const blocks = blocksOf(merge(pipeline));
    const { cut } = blocks[Math.floor(blocks.length / 2)]!;
    return { pipeline: lanes(pipeline, [cut.before], 1, 10), facts: [], flags: [] };
  },
};
