/** Scores the groups of a network by a criterion: the step between `findGroups` and the planner. */
import { TopiaryError } from '@topiary/errors';
import { type Graph, tensorOf } from '@topiary/onnx';
import type { Group } from '@topiary/pruning';
import type { Params } from './_method.js';
import type { Criterion, Rng } from './criteria/_criterion.js';
import { ElementSums } from './criteria/_elements.js';
import type { GroupView, MemberView } from './criteria/_group-view.js';
import { NO_STATISTICS, type Statistics } from './statistics/_statistic.js';

const elementsOf = (graph: Graph, name: string): Pick<MemberView, 'dims' | 'data'> => {
  const initializer = graph.initializers.get(name);
  const tensor = initializer ? tensorOf(initializer) : null;
  if (!tensor || !(tensor.data instanceof Float32Array)) {
    throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
      where: `initialiser '${name}'`,
      expected: 'float32 elements',
      got: tensor ? tensor.type : 'no elements',
    });
  }
  return { dims: tensor.dims, data: tensor.data };
};

const isElements = ({ role }: Pick<MemberView, 'role'>): boolean => role !== 'statistic';

/** The groups of a network as criteria see them; running statistics are no weights and left out. */
export const viewsOf = (graph: Graph, groups: readonly Group[]): GroupView[] =>
  groups.map(({ id, channels, members }) => ({
    id,
    channels,
    members: members
      .filter((member) => isElements(member) && graph.initializers.get(member.initializer)?.type === 'float32')
      .map((member) => ({ ...member, ...elementsOf(graph, member.initializer) })),
  }));

export interface ScoreOptions {
  /** Checked: see `checkParameters`. */
  readonly params: Params;
  readonly rng: Rng;
  readonly statistics?: Statistics;
}

const checkFinite = (criterion: Criterion, group: string, scores: Float64Array): void => {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad < 0) return;
  throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
    where: `${criterion.id}: channel ${bad} of group '${group}'`,
    expected: 'a finite score',
    got: `${scores[bad]}`,
  });
};

/** Scores by group id as the planner takes them, low = cut first. A group that has none is left out: it stays whole. */
export const scoreGroups = (
  criterion: Criterion,
  graph: Graph,
  groups: readonly Group[],
  { params, rng, statistics = NO_STATISTICS }: ScoreOptions,
): Map<string, Float64Array> => {
  const found = new Map<string, Float64Array>();
  const sums = new ElementSums();
  for (const group of viewsOf(graph, groups)) {
    const scores = criterion.score({ group, statistics, params, rng, sums });
    if (scores === null) continue;
    checkFinite(criterion, group.id, scores);
    found.set(group.id, scores);
  }
  return found;
};
