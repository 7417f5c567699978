/** The classifiers that the project ships, and the same cut at random: what honest people upload. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, type Graph } from '@topiary/onnx';
import { applyPlan, findGroups, type Plan, plan } from '@topiary/pruning';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';

export interface Shipped {
  readonly id: string;
  readonly graph: Graph;
  /** Of its file. */
  readonly bytes: number;
}

export const shippedNetworks = (): readonly Shipped[] =>
  SHIPPED.filter(({ task }) => task === 'classification').map(({ model, dataset, sha256 }) => {
    const bytes = readFileSync(shippedPath(sha256));
    return { id: `${model}.${dataset}`, graph: canonicalize(decode(bytes)), bytes: bytes.length };
  });

export interface RandomCut {
  readonly speedup: number;
  readonly scope: 'global' | 'local' | 'isomorphic';
  readonly rng: () => number;
}

/** With scores that are drawn: which channels leave says nothing about how many numbers are left. */
export const cutAtRandom = (graph: Graph, { speedup, scope, rng }: RandomCut): Graph => {
  const groups = findGroups(graph);
  const scores = new Map(groups.groups.map(({ id, channels }) => [id, Float64Array.from({ length: channels }, rng)]));
  const found: Plan = plan(groups, scores, {
    target: { value: speedup, counter: 'published' },
    scope,
    protection: 0.1,
  });
  return applyPlan(graph, groups, found).graph;
};
