/** LiteFocus: attention over the same frequency and a random few, in the place of attention over everything. */
import type { Procedure } from '@topiary/methods';
import { GraphBuilder } from '@topiary/onnx';
import { infer } from '@topiary/ops';
import { merge, type Pipeline, split, withGraphs } from '@topiary/pipeline';
import { blocksOf } from '@topiary/pruning';
import { about } from './_about.js';

/** The subset of keys is drawn anew for every call: a port of its own. */
export const withSubset = (pipeline: Pipeline, tokens: number, keys: number): Pipeline => {
  const graph = merge(pipeline);
  const b = GraphBuilder.from(graph, infer, { outputs: true });
  b.input('subset', 'int64', [keys]);
  const sparse = split(b.build(graph.name), pipeline);
  const port = {
    name: 'subset',
    type: 'int64',
    shape: [keys],
    fill: { kind: 'below', limit: tokens },
    anew: true,
  } as const;
  const parts = new Map([...sparse.parts].map(([id, part]) => [id, { ...part, ports: [...part.ports, port] }]));
  const given = [...sparse.schedule.given, 'subset'];
  const stretches = sparse.schedule.stretches.map((stretch) => ({
    ...stretch,
    calls: stretch.calls.map((call) => ({ ...call, in: { ...call.in, subset: 'subset' } })),
  }));
  return { parts, schedule: { ...sparse.schedule, given, stretches } };
};

export const LiteFocus: Procedure = {
  ...about('litefocus', 'LiteFocus', ['macs', 'latency'], ['rewrite']),
  refuses: (pipeline, { target }) => {
    if (target !== null) return 'no target: the ratio of keys is a parameter of its own';
    return blocksOf(merge(pipeline)).every(({ attention }) => attention === null) ? 'attention' : null;
  },
  run: async ({ pipeline, stage }) => {
    const rewritten = await stage('rewrite', async () => withSubset(pipeline, 256, 25));
    return { pipeline: withGraphs(rewritten, (graph) => graph), facts: [], flags: [] };
  },
};
