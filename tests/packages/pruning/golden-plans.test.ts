/**
 * What leaves at a ratio, by scope and criterion, against Torch-Pruning's plans of five small networks. Scores are taken
 * their way where a criterion says that it differs; what is left of differences the protocol names.
 */
import { checkParameters, methodOf, scoreGroups } from '@topiary/methods';
import {
  type Dependencies,
  findGroups,
  type Group,
  planRatio,
  type ScopeId,
  type Scores,
  topologyOf,
} from '@topiary/pruning';
import { protocolDifferences } from '@topiary/tracks/catalogue';
import { describe, expect, it } from 'vitest';
import { withoutSamples } from '../../helpers/samples.js';
import { layerOf, NETWORKS, torchPruning, WAYS } from '../../helpers/torch-pruning.js';

const CRITERIA: Readonly<Record<string, string>> = {
  'mean-l1': 'magnitude-l1',
  'mean-l2': 'magnitude-l2',
  lamp: 'lamp',
};

/** Scores of one criterion, its differences undone. */
const theirScores = ({ graph, groups }: Dependencies, id: string): Scores => {
  const criterion = methodOf('criterion', id);
  const options = { params: checkParameters(criterion, {}), rng: () => 0.5 };
  return new Map(
    groups.map((group) => {
      const ways = criterion.deviations!.flatMap((deviation) => WAYS[deviation.id] ?? []);
      const applied = ways.filter((way) => way.applies(graph, group, 'mean'));
      const seen = applied.reduce((found, way) => way.see(graph, found), group);
      const scores = scoreGroups(criterion, graph, [seen], options).get(group.id)!;
      return [group.id, applied.reduceRight((found, way) => way.scores(found, group), scores)];
    }),
  );
};

type Removed = Readonly<Record<string, readonly number[]>>;

/** Outputs that leave each layer, ascending; layers that lose none are left out. */
const removedBy = (dependencies: Dependencies, kept: ReadonlyMap<string, Int32Array>): Removed => {
  const removed: Record<string, number[]> = {};
  for (const { id, channels, members } of dependencies.groups) {
    const stays = new Set(kept.get(id));
    for (const member of members.filter(({ role }) => role === 'out')) {
      const layer = layerOf(dependencies, member);
      const places = Array.from({ length: channels }, (_, k) => k)
        .filter((k) => !stays.has(k))
        .flatMap((k) => [...member.positions.subarray(member.offsets[k]!, member.offsets[k + 1]!)]);
      if (places.length > 0) removed[layer] = [...(removed[layer] ?? []), ...places].sort((a, b) => a - b);
    }
  }
  return removed;
};

/** Who competes with whom, by scope. */
const poolOf: Readonly<Record<ScopeId, (dependencies: Dependencies, group: Group) => string>> = {
  local: (_, { id }) => id,
  global: () => 'all',
  isomorphic: ({ graph }, group) => topologyOf(graph, group, group.strata[0]!),
};

interface Asked {
  readonly scores: Scores;
  readonly ratio: number;
  readonly scope: ScopeId;
}

/** Their rule: of T channels in a pool the T - int(T (1 - r)) lowest leave, but a group that would lose all keeps all. */
const theirRule = (dependencies: Dependencies, { scores, ratio, scope }: Asked) => {
  const pools = new Map<string, Group[]>();
  for (const group of dependencies.groups) {
    const pool = poolOf[scope](dependencies, group);
    pools.set(pool, [...(pools.get(pool) ?? []), group]);
  }
  const kept = new Map<string, Int32Array>();
  const emptied: string[] = [];
  for (const groups of pools.values()) {
    const all = groups.flatMap(({ id }) => Array.from(scores.get(id)!)).sort((a, b) => a - b);
    const threshold = all[all.length - Math.floor(all.length * (1 - ratio) + 1e-9) - 1]!;
    for (const { id, channels } of groups) {
      const every = Int32Array.from({ length: channels }, (_, k) => k);
      const stay = every.filter((k) => scores.get(id)![k]! > threshold);
      if (stay.length === 0) emptied.push(id);
      kept.set(id, stay.length === 0 ? every : stay);
    }
  }
  return { kept, emptied };
};

describe.skipIf(withoutSamples())("Torch-Pruning's plans", () => {
  it.each(NETWORKS)('of %s are ours, but that a group which would lose all keeps its best channel', (name) => {
    const { planGraph, plans } = torchPruning(name);
    const dependencies = findGroups(planGraph);
    const cases = Object.entries(plans);
    expect(cases).toHaveLength(36);
    for (const [key, removed] of cases) {
      const [scope, ratio, criterion] = key.split('|') as [ScopeId, string, string];
      const asked = { scores: theirScores(dependencies, CRITERIA[criterion]!), ratio: Number(ratio), scope };
      const wanted = Object.fromEntries(Object.entries(removed).filter(([, places]) => places.length > 0));
      const theirs = theirRule(dependencies, asked);
      expect(removedBy(dependencies, theirs.kept), key).toEqual(wanted);
      const { kept } = planRatio(dependencies, asked.scores, asked.ratio, { scope });
      if (theirs.emptied.length === 0) expect(removedBy(dependencies, kept), key).toEqual(wanted);
      for (const id of theirs.emptied) expect(kept.get(id), key).toHaveLength(1);
    }
  });

  it('pass over a group that would lose all, which the protocol says', () => {
    expect(protocolDifferences().map(({ id }) => id)).toContain('last-channel');
  });
});
