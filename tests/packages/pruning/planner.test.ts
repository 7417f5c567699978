import { isTopiaryError } from '@topiary/errors';
import { encode, type Graph } from '@topiary/onnx';
import {
  applyPlan,
  counterOf,
  type Dependencies,
  findGroups,
  isNamed,
  plan,
  planRatio,
  planSteps,
  type Scores,
  type Step,
} from '@topiary/pruning';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chain, network, noise, padded } from './small-nets.js';

const rising = ({ groups }: Dependencies): Scores =>
  new Map(groups.map(({ id, channels }) => [id, Array.from({ length: channels }, (_, k) => k + 1)]));
const random = ({ groups }: Dependencies, seed: number): Scores => {
  const next = noise(seed);
  return new Map(groups.map(({ id, channels }) => [id, Array.from({ length: channels }, () => next())]));
};
const widths = (found: { kept: ReadonlyMap<string, Int32Array> }): number[] =>
  [...found.kept.values()].map(({ length }) => length);
const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (isTopiaryError(error)) return error.code;
    throw error;
  }
  return 'no error';
};
const pure = (value: number) => ({ value, counter: 'pure' }) as const;

describe('planRatio', () => {
  const found = findGroups(chain());

  it('keeps int(K·(1-r)) channels, the highest scored ones, rounded down to a multiple', () => {
    const local = planRatio(found, rising(found), 0.3, { scope: 'local' });
    expect(widths(local)).toEqual([44, 22]);
    expect(Array.from(local.kept.get('conv2')!)).toEqual(Array.from({ length: 22 }, (_, i) => i + 10));
    const rounded = planRatio(found, rising(found), 0.3, { scope: 'local', roundTo: 8 });
    expect(widths(rounded)).toEqual([40, 16]);
    expect(rounded.flags).toEqual(['rounded']);
  });

  it('ranks all channels together in the global scope, ties by group and channel', () => {
    const scores = new Map([
      ['conv1', new Array(64).fill(1)],
      ['conv2', [0.5, 0.5, 2, ...new Array(29).fill(1)]],
    ]);
    // 96 channels, a quarter leaves: the two of 0.5, then 22 of conv1 in their order
    const global = planRatio(found, scores, 0.25, { scope: 'global' });
    expect(Array.from(global.kept.get('conv1')!)).toEqual(Array.from({ length: 42 }, (_, i) => i + 22));
    expect(Array.from(global.kept.get('conv2')!)).toEqual(Array.from({ length: 30 }, (_, i) => i + 2));
  });

  it('protects a fraction of every stratum, and one channel without protection', () => {
    const scores = new Map([
      ['conv1', new Array(64).fill(0)],
      ['conv2', new Array(32).fill(1)],
    ]);
    const global = planRatio(found, scores, 0.7, { scope: 'global', protection: 0.1 });
    expect(widths(global)).toEqual([7, 96 - 68 - 7 + 0]);
    expect(global.flags).toEqual(['protected']);
    expect(widths(planRatio(found, scores, 1, { scope: 'local' }))).toEqual([1, 1]);
    const stream = findGroups(padded());
    const kept = planRatio(stream, rising(stream), 1, { scope: 'global' }).kept.get('stem')!;
    expect(Array.from(kept)).toEqual([3, 7]);
  });

  it('leaves small pools unrounded and keeps at least one multiple', () => {
    const narrow = findGroups(chain([16, 6]));
    expect(widths(planRatio(narrow, rising(narrow), 0.9, { scope: 'local', roundTo: 8 }))).toEqual([8, 1]);
    expect(widths(planRatio(narrow, rising(narrow), 0.5, { scope: 'local', roundTo: 8 }))).toEqual([8, 3]);
  });

  it('never cuts a group that has no scores, and refuses scores that are not numbers', () => {
    const scores = new Map([['conv2', rising(found).get('conv2')!]]);
    expect(widths(planRatio(found, scores, 0.5, { scope: 'local' }))).toEqual([64, 16]);
    expect(codeOf(() => planRatio(found, new Map(), 0.5))).toBe('TOPIARY_PRUNING_NOTHING_TO_PRUNE');
    expect(codeOf(() => planRatio(found, new Map([['conv1', [1]]]), 0.5))).toBe('TOPIARY_PRUNING_BAD_PLAN');
    const bad = new Map([['conv1', new Array(64).fill(Number.NaN)]]);
    expect(codeOf(() => planRatio(found, bad, 0.5))).toBe('TOPIARY_PRUNING_BAD_PLAN');
  });
});

describe('plan', () => {
  const found = findGroups(chain());

  it('reaches the target with the fewest channels gone', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1.05, max: 5, noNaN: true }),
        fc.constantFrom('local' as const, 'global' as const),
        fc.nat(),
        (value, scope, seed) => {
          const scores = random(found, seed);
          const reached = plan(found, scores, { target: pure(value), scope });
          expect(reached.achieved).toBeGreaterThanOrEqual(value);
          expect(reached.flags.includes('overshoot')).toBe(reached.achieved > 1.03 * value);
          if (scope === 'local') return;
          // with the best of the channels that left put back, the target is missed
          const gone = found.groups.flatMap(({ id, channels }) => {
            const kept = new Set(reached.kept.get(id)!);
            return Array.from({ length: channels }, (_, k) => ({ id, k, score: scores.get(id)![k]! })).filter(
              ({ k }) => !kept.has(k),
            );
          });
          const last = gone.reduce((a, b) => (b.score > a.score ? b : a));
          const less = new Map(reached.kept);
          less.set(last.id, Int32Array.from([...less.get(last.id)!, last.k]).sort());
          const sizes = Float64Array.from(found.groups, ({ id }) => less.get(id)!.length);
          const counter = counterOf(found);
          expect(counter.base.macs.pure / counter.count(sizes).macs.pure).toBeLessThan(value);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says what can be reached when the target is out of reach, or takes it when told to', () => {
    const options = { target: pure(1000), scope: 'local', protection: 0.5 } as const;
    expect(() => plan(found, rising(found), options)).toThrow(/at most 3\.\d\dx/);
    const taken = plan(found, rising(found), { ...options, accept: true });
    expect(widths(taken)).toEqual([32, 16]);
    expect(taken.flags).toEqual(['undershoot', 'protected']);
    for (const value of [1, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(codeOf(() => plan(found, rising(found), { target: pure(value) }))).toBe(
        'TOPIARY_PRUNING_IMPOSSIBLE_TARGET',
      );
    }
    const fixed = findGroups(network(['N', 3, 4, 4], (x, nn) => nn.conv(x, 'only', 4)));
    expect(codeOf(() => plan(fixed, new Map(), options))).toBe('TOPIARY_PRUNING_NOTHING_TO_PRUNE');
  });

  it('counts what the cut graph counts', () => {
    for (const graph of [chain(), padded()]) {
      const groups = findGroups(graph);
      for (const ratio of [0.1, 0.37, 0.8]) {
        const chosen = planRatio(groups, random(groups, 3), ratio);
        const recount = counterOf(findGroups(applyPlan(graph, groups, chosen).graph)).base;
        expect([chosen.params.left, chosen.macs.pure.left, chosen.macs.published.left]).toEqual([
          recount.params,
          recount.macs.pure,
          recount.macs.published,
        ]);
      }
    }
  });
});

describe('planSteps', () => {
  const graph = chain();
  const found = findGroups(graph);

  it('scores the cut network anew and speaks of the original channels', async () => {
    const seen: { graph: Graph; step: number; widths: number[] }[] = [];
    const steps: Step[] = [];
    const run = planSteps(found, {
      target: pure(3),
      scope: 'local',
      estimates: 4,
      steps: 100,
      score: ({ graph: now, dependencies, step }) => {
        seen.push({ graph: now, step, widths: dependencies.groups.map(({ channels }) => channels) });
        for (const { id, channels, members } of dependencies.groups) {
          // the members of the narrow groups lie inside the narrow weights
          for (const { initializer, axis, positions, offsets } of members) {
            expect(positions.length).toBe(now.initializers.get(initializer)!.dims[axis]);
            expect(offsets.length).toBe(channels + 1);
          }
          expect(found.groups.map((group) => group.id)).toContain(id);
        }
        // the first channel of what is left leaves next: in the end the last ones stay
        return rising(dependencies);
      },
    });
    for await (const step of run) steps.push(step);
    const last = steps.at(-1)!;
    expect(last.done).toBe(true);
    expect(last.plan.achieved).toBeGreaterThanOrEqual(3);
    expect(last.plan.achieved).toBeLessThan(3.2);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.length).toBeLessThanOrEqual(5);
    expect(seen[0]!.widths).toEqual([64, 32]);
    expect(seen.at(-1)!.widths[0]).toBeLessThan(64);
    for (const { id, channels } of found.groups) {
      const kept = Array.from(last.plan.kept.get(id)!);
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => channels - kept.length + i));
    }
  });

  it.each(['local', 'global', 'isomorphic'] as const)(
    'scope %s leaves a group as it is that has no score any more: its channels do not come back',
    async (scope) => {
      const [silenced] = found.groups;
      const widths: number[] = [];
      const run = planSteps(found, {
        target: pure(4),
        scope,
        steps: 50,
        estimates: 20,
        score: ({ dependencies, step }) => {
          const scores = new Map(rising(dependencies));
          if (step > 10) scores.delete(silenced!.id);
          return scores;
        },
      });
      for await (const { step, plan: now } of run) if (step > 10) widths.push(now.kept.get(silenced!.id)!.length);
      expect(widths.length).toBeGreaterThan(2);
      expect(widths[0]).toBeLessThan(silenced!.channels);
      expect(new Set(widths).size).toBe(1);
    },
  );

  it('removes nested sets: a channel that has left stays away', async () => {
    let seed = 0;
    let before: ReadonlyMap<string, Int32Array> | null = null;
    const run = planSteps(found, {
      target: pure(4),
      scope: 'global',
      protection: 0.1,
      steps: 50,
      estimates: 50,
      score: ({ dependencies }) => random(dependencies, seed++),
    });
    for await (const { plan: now } of run) {
      for (const [id, kept] of now.kept) {
        const was = before?.get(id);
        if (was) expect(kept.every((k) => was.includes(k))).toBe(true);
      }
      before = now.kept;
    }
    expect(seed).toBeGreaterThan(10);
  });

  it('goes on over a cut that wrote pads anew', async () => {
    const shortcut = findGroups(padded());
    let rewritten = false;
    const score = ({ graph: now, dependencies }: { graph: Graph; dependencies: Dependencies }) => {
      rewritten ||= [...now.initializers.keys()].some((name) => !shortcut.graph.initializers.has(name));
      return random(dependencies, 1);
    };
    const run = planSteps(shortcut, { target: pure(4), scope: 'local', steps: 50, estimates: 8, score });
    let last: Step | null = null;
    for await (const step of run) last = step;
    expect(rewritten).toBe(true);
    expect(last!.plan.achieved).toBeGreaterThanOrEqual(4);
  });

  it('gives the result of one shot when the scores do not change', async () => {
    const scores = random(found, 5);
    let last: Step | null = null;
    for await (const step of planSteps(found, { target: pure(2), steps: 400, estimates: 1, score: () => scores })) {
      last = step;
    }
    const once = plan(found, scores, { target: pure(2) });
    expect(last!.plan.achieved).toBeGreaterThanOrEqual(once.achieved);
    expect(last!.plan.achieved).toBeLessThan(once.achieved * 1.02);
  });
});

describe('applyPlan', () => {
  it('leaves the graph that it is given as it was', () => {
    const graph = chain();
    const before = encode(graph);
    const found = findGroups(graph);
    const cut = applyPlan(graph, found, planRatio(found, rising(found), 0.5));
    expect(Buffer.compare(encode(graph), before)).toBe(0);
    expect(cut.graph.initializers.get('conv2.weight')!.dims).not.toEqual(graph.initializers.get('conv2.weight')!.dims);
    expect(cut.kept.filter(({ initializer }) => initializer === 'conv2.weight').map(({ axis }) => axis)).toEqual([
      0, 1,
    ]);
  });

  it('refuses a graph that the groups do not belong to', () => {
    const found = findGroups(chain([64, 32]));
    const other = chain([16, 8]);
    expect(codeOf(() => applyPlan(other, found, planRatio(found, rising(found), 0.5)))).toBe(
      'TOPIARY_PRUNING_BAD_PLAN',
    );
  });

  it('refuses channels that do not exist, are not in order, or leave a layer empty', () => {
    const graph = chain();
    const found = findGroups(graph);
    for (const channels of [[64], [3, 1], [1, 1], []]) {
      const kept = new Map([['conv1', Int32Array.from(channels)]]);
      expect(codeOf(() => applyPlan(graph, found, { kept }))).toBe('TOPIARY_PRUNING_BAD_PLAN');
    }
  });
});

describe('ignore', () => {
  const found = findGroups(chain());

  it('keeps every channel of a layer that is named, and takes them out of the competition', () => {
    const global = planRatio(found, rising(found), 0.25, { scope: 'global', ignore: ['conv1'] });
    expect(widths(global)).toEqual([64, 24]);
    expect(widths(planRatio(found, rising(found), 0.5, { scope: 'local', ignore: ['*2'] }))).toEqual([32, 32]);
  });

  it('keeps the strata that stand in the layer; those of the same stream that do not may leave', () => {
    const stream = findGroups(padded());
    // stem holds channels 2 to 5 of the eight of conv2: the padding put two on either side
    const { groups } = stream;
    const stem = groups.find(({ id }) => id === 'stem')!;
    const kept = planRatio(stream, rising(stream), 1, { scope: 'global', ignore: ['stem'] }).kept.get('stem')!;
    const own = stem.members.find(({ initializer }) => initializer === 'stem.weight')!;
    const inStem = Array.from({ length: stem.channels }, (_, k) => k).filter(
      (k) => own.offsets[k + 1]! > own.offsets[k]!,
    );
    expect(inStem).toHaveLength(4);
    expect(Array.from(kept)).toEqual(expect.arrayContaining(inStem));
    expect(kept).toHaveLength(5);
    expect(Array.from(planRatio(stream, rising(stream), 1, { ignore: ['conv2'] }).kept.get('stem')!)).toHaveLength(8);
  });

  it('reaches the target in steps, too, without the layers that stay', async () => {
    const stream = findGroups(padded());
    const steps = planSteps(stream, {
      target: pure(1.5),
      ignore: ['stem'],
      score: ({ dependencies }) => rising(dependencies),
    });
    let last: Step | null = null;
    for await (const step of steps) last = step;
    const { graph } = applyPlan(stream.graph, stream, last!.plan);
    expect(graph.initializers.get('stem.weight')!.dims[0]).toBe(4);
    expect(last!.plan.achieved).toBeGreaterThanOrEqual(1.5);
  });

  it('refuses a name that no layer has, and says which there are; a layer that keeps all anyway is no slip', () => {
    const ask = (ignore: string[]) => () => planRatio(found, rising(found), 0.5, { ignore });
    expect(codeOf(ask(['conv3']))).toBe('TOPIARY_PRUNING_UNKNOWN_LAYER');
    expect(ask(['conv3'])).toThrow(/expected a layer of the network: conv1, conv2, fc; got conv3/);
    expect(codeOf(ask(['conv*']))).toBe('TOPIARY_PRUNING_NOTHING_TO_PRUNE');
    expect(widths(ask(['fc'])())).toEqual(widths(planRatio(found, rising(found), 0.5)));
  });

  it('reads * as anything, as a shell does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 }),
        (pattern, name) => {
          const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
          expect(isNamed(pattern, name)).toBe(expression.test(name));
        },
      ),
    );
  });
});

describe('strata', () => {
  const stream = findGroups(padded());
  const stem = stream.groups.find(({ id }) => id === 'stem')!;
  const [narrow, wide] = stem.strata.map(({ channels }) => Array.from(channels)) as [number[], number[]];
  /** One stratum a tenth of the other, as sums over a narrower layer would be; all other channels are strong. */
  const uneven = (scores: (k: number) => number): Scores =>
    new Map(
      stream.groups.map(({ id, channels }) => [
        id,
        Array.from({ length: channels }, (_, k) => (id === 'stem' ? scores(k) : 1000)),
      ]),
    );
  const weak = uneven((k) => (narrow.includes(k) ? 1 + narrow.indexOf(k) : 10 * (1 + wide.indexOf(k))));
  const left = (scores: Scores, options: Parameters<typeof planRatio>[3]) => {
    const kept = new Set(planRatio(stream, scores, 0.25, options).kept.get('stem'));
    return [narrow, wide].map((channels) => channels.filter((k) => kept.has(k)).length);
  };

  it('compete by their scores as they are unless they are evened, each to the mean of the group', () => {
    // a quarter of the 16 channels leaves: four of the stream
    expect([narrow.length, wide.length]).toEqual([4, 4]);
    expect(left(weak, {})).toEqual([1, 3]);
    expect(left(weak, { strata: 'even' })).toEqual([2, 2]);
  });

  it('do not change when one of them is scaled', () => {
    const scaledBy = (factor: number): Scores =>
      new Map(
        [...weak].map(([id, list]) => [
          id,
          Array.from(list, (s, k) => (id === 'stem' && wide.includes(k) ? s * factor : s)),
        ]),
      );
    for (const factor of [0.01, 3]) expect(left(scaledBy(factor), { strata: 'even' })).toEqual([2, 2]);
  });

  it('take the deviation of the group where scores have a sign', () => {
    const signed = uneven((k) => (narrow.includes(k) ? narrow.indexOf(k) - 9 : 100 * (wide.indexOf(k) - 1.5)));
    expect(left(signed, { strata: 'even' })).toEqual([2, 2]);
  });
});
