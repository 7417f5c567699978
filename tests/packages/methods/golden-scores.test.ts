/**
 * Every data-free criterion, Taylor and OBD-Hessian, by reduction and scale, against Torch-Pruning's own scores. Where a
 * score is another, the method's description names why, and with that undone it is the same.
 */
import type { Deviation } from '@topiary/contracts';
import { type Criterion, checkParameters, methodOf, type Statistics, scoreGroups, statisticOf } from '@topiary/methods';
import { findGroups, type Group } from '@topiary/pruning';
import { classificationFeeds } from '@topiary/tasks';
import { beforeAll, describe, expect, it } from 'vitest';
import { withoutSamples } from '../../helpers/samples.js';
import { NETWORKS, sameGroup, type TorchGroup, torchPruning, WAYS } from '../../helpers/torch-pruning.js';
import { gather } from './gathering.js';

const CRITERIA = ['magnitude-l1', 'magnitude-l2', 'lamp', 'fpgm', 'bn-scale', 'taylor', 'obd-hessian'];
const SCALES: Readonly<Record<string, string>> = { standarization: 'standardise' };
const CLOSE = 1e-4;

type Golden = ReturnType<typeof torchPruning>;

interface Network extends Golden {
  readonly statistics: Statistics;
}

const collected = async (golden: Golden): Promise<Statistics> => {
  const { graph, images, labels } = golden;
  const feeds = [classificationFeeds(graph, images, labels)];
  const found = ['gradient', 'squared-gradient'].map(
    async (id) => [id, await gather(statisticOf(id), graph, feeds, { batch: labels.length })] as const,
  );
  return new Map(await Promise.all(found));
};

/** One score of theirs: criterion, reduction, scale, variant, and the group. */
interface Case {
  readonly key: string;
  readonly reduction: string;
  readonly scale: string;
  readonly variant: string;
  readonly group: TorchGroup;
  readonly wanted: readonly number[] | null;
}

const casesOf = ({ groups }: Golden, criterion: string): Case[] =>
  groups.flatMap((group) =>
    Object.entries(group.scores).flatMap(([key, wanted]) => {
      const [id, reduction, scale, variant] = key.split('|') as [string, string, string, string];
      return id === criterion ? [{ key, reduction, scale, variant, group, wanted }] : [];
    }),
  );

const paramsOf = (criterion: Criterion, { reduction, scale, variant }: Case) => {
  const has = (id: string) => criterion.parameters.some((parameter) => parameter.id === id);
  return checkParameters(criterion, {
    reduce: reduction,
    ...(has('normalise') ? { normalise: SCALES[scale] ?? scale } : {}),
    ...(variant === 'compat' ? { code_compat: true } : {}),
    ...(variant === 'bias' ? { bias: true } : {}),
  });
};

const score = (criterion: Criterion, { graph, statistics }: Network, group: Group, one: Case): Float64Array | null =>
  scoreGroups(criterion, graph, [group], { params: paramsOf(criterion, one), rng: () => 0.5, statistics }).get(
    group.id,
  ) ?? null;

/** On the scale of the largest. */
const isClose = (got: Float64Array | null, wanted: Case['wanted']): boolean => {
  if (got === null || wanted === null) return got === wanted;
  const largest = Math.max(...wanted.map(Math.abs));
  return got.length === wanted.length && wanted.every((value, k) => Math.abs(got[k]! - value) <= CLOSE * largest);
};

/** Of the differences that a method declares, those that play a part in a case. */
const differencesIn = (deviations: readonly Deviation[], { graph }: Network, group: Group, one: Case): string[] =>
  Object.keys(WAYS).filter(
    (id) => deviations.some((deviation) => deviation.id === id) && WAYS[id]!.applies(graph, group, one.reduction),
  );

const theirs = (criterion: Criterion, network: Network, group: Group, one: Case, ids: readonly string[]) => {
  const seen = ids.reduce((found, id) => WAYS[id]!.see(network.graph, found), group);
  const scores = score(criterion, network, seen, one);
  return scores && ids.reduceRight((found, id) => WAYS[id]!.scores(found, group), scores);
};

describe.skipIf(withoutSamples())("Torch-Pruning's scores", () => {
  const networks = new Map<string, Network>();
  beforeAll(async () => {
    for (const name of NETWORKS) {
      const golden = torchPruning(name);
      networks.set(name, { ...golden, statistics: await collected(golden) });
    }
  });

  const each = function* (id: string) {
    for (const [name, network] of networks) {
      const dependencies = findGroups(network.graph);
      for (const one of casesOf(network, id)) {
        yield {
          where: `${name} ${one.group.members[0]} ${one.key}`,
          network,
          one,
          group: sameGroup(dependencies, one.group),
        };
      }
    }
  };

  it.each(CRITERIA)('of %s are ours, but for differences that it names', (id) => {
    const criterion = methodOf('criterion', id);
    let same = 0;
    for (const { where, network, one, group } of each(id)) {
      const ours = score(criterion, network, group, one);
      if (isClose(ours, one.wanted)) {
        same += 1;
        continue;
      }
      const ids = differencesIn(criterion.deviations!, network, group, one);
      expect(ids, `${where}: ${ours} is not ${one.wanted}, and nothing says why`).not.toEqual([]);
      const undone = theirs(criterion, network, group, one, ids);
      expect(isClose(undone, one.wanted), `${where}: without ${ids} ${undone}, not ${one.wanted}`).toBe(true);
    }
    expect(same).toBeGreaterThan(10);
  });

  it('differ by each difference that is named: leaving one of them in leaves scores that are not theirs', () => {
    const needed = new Set<string>();
    for (const id of CRITERIA) {
      const criterion = methodOf('criterion', id);
      for (const { network, one, group } of each(id)) {
        const ids = differencesIn(criterion.deviations!, network, group, one);
        for (const way of ids) {
          const others = ids.filter((other) => other !== way);
          if (!isClose(theirs(criterion, network, group, one, others), one.wanted)) needed.add(way);
        }
      }
    }
    expect([...needed].sort()).toEqual(Object.keys(WAYS).sort());
  });

  it.each([
    ['fpgm', 'raw-weights'],
    ['taylor', 'norm-scales'],
  ])('of %s need code_compat, which its description says (%s)', (id, deviation) => {
    const criterion = methodOf('criterion', id);
    expect(criterion.deviations!.find((one) => one.id === deviation)!.why).toContain('code_compat');
    const cases = [...each(id)].filter(({ one }) => one.variant === 'compat');
    const plain = cases.filter(({ network, one, group }) =>
      isClose(score(criterion, network, group, { ...one, variant: '' }), one.wanted),
    );
    expect(cases.length).toBeGreaterThan(50);
    expect(plain.length).toBeLessThan(cases.length / 2);
  });
});
