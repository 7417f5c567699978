/** Scope `isomorphic`: classes by topology, ranking inside a class, the same ratio in every class. */
import { createBuilder } from '@topiary/ops';
import { type Dependencies, findGroups, plan, planRatio, topologyOf } from '@topiary/pruning';
import { buildModel, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { layers, noise } from './small-nets.js';

const classes = ({ graph, groups }: Dependencies): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const group of groups) {
    for (const stratum of group.strata) {
      const topology = topologyOf(graph, group, stratum);
      found.set(topology, [...(found.get(topology) ?? []), group.id]);
    }
  }
  return found;
};

/** A residual stream of `width` channels and two blocks of four hidden units: two groups of one topology. */
const twoBlocks = (width = 6) => {
  const b = createBuilder();
  const { linear, relu } = layers(b);
  let x = linear(b.input('x', 'float32', ['N', 3]), 'stem', width);
  for (const name of ['a', 'b']) {
    const hidden = relu(linear(x, `${name}.up`, 4));
    x = b.op('Add', [x, linear(hidden, `${name}.down`, width)]);
  }
  b.output(linear(x, 'head', 2), 'y');
  return b.build('two-blocks');
};

describe('topology', () => {
  it('puts all inner layers of a bottleneck network into one class, each residual stream into its own', () => {
    const found = classes(findGroups(buildModel(modelOf('resnet50'))));
    const sizes = [...found.values()].map(({ length }) => length).sort((a, b) => b - a);
    // 16 blocks with two inner widths; the stem is read by two convolutions; four stages
    expect(sizes).toEqual([32, 1, 1, 1, 1, 1]);
    expect([...found.keys()]).toContain('channel: Conv out, BatchNormalization channel, Conv in');
  });
  it('is blind to names, sizes and biases', () => {
    const found = classes(findGroups(twoBlocks()));
    expect([...found.values()].filter((ids) => ids.length > 1)).toEqual([['a.up', 'b.up']]);
  });
});

describe('isomorphic', () => {
  const found = findGroups(twoBlocks());
  const scores = new Map([
    ['stem', [1000, 1000, 1000, 1000, 1000, 1000]],
    ['a.up', [1, 2, 3, 4]],
    ['b.up', [0.1, 0.2, 0.3, 9]],
  ]);
  const kept = (scope: 'isomorphic' | 'global' | 'local') => {
    const { kept: channels } = planRatio(found, scores, 0.5, { scope });
    return Object.fromEntries([...channels].map(([id, list]) => [id, Array.from(list)]));
  };
  it('pools the ranking inside a class: a loses its lowest, b its three lowest; the stream loses half of its own', () => {
    expect(kept('isomorphic')).toEqual({ stem: [3, 4, 5], 'a.up': [1, 2, 3], 'b.up': [3] });
  });
  it('stands between local and global', () => {
    expect(kept('local')).toEqual({ stem: [3, 4, 5], 'a.up': [2, 3], 'b.up': [3, 2].sort() });
    // of fourteen channels the seven lowest are those of the blocks, but one stays in each
    expect(kept('global')).toEqual({ stem: [1, 2, 3, 4, 5], 'a.up': [3], 'b.up': [3] });
  });
  it('takes T - floor(T (1 - r)) of every class at any ratio, whatever the scores (claim C1)', () => {
    const next = noise(7);
    const big = findGroups(twoBlocks(37));
    for (let trial = 0; trial < 40; trial += 1) {
      const ratio = Math.abs(next()) * 0.9;
      const wild = new Map(
        big.groups.map(({ id, channels }) => [id, Array.from({ length: channels }, () => Math.exp(8 * next()))]),
      );
      const { kept: channels } = planRatio(big, wild, ratio, { scope: 'isomorphic' });
      const left = (...ids: string[]) => ids.reduce((n, id) => n + channels.get(id)!.length, 0);
      expect(left('stem')).toBe(Math.max(1, Math.floor(37 * (1 - ratio) + 1e-9)));
      expect(left('a.up', 'b.up')).toBe(Math.max(2, Math.floor(8 * (1 - ratio) + 1e-9)));
    }
  });
  it('reaches a target by bisection, never short of it', () => {
    const network = findGroups(buildModel(modelOf('resnet-tiny')));
    const next = noise(3);
    const random = new Map(
      network.groups.map(({ id, channels }) => [id, Array.from({ length: channels }, () => next() + 1)]),
    );
    const { achieved, flags } = plan(network, random, {
      target: { value: 2, counter: 'published' },
      scope: 'isomorphic',
      protection: 0.1,
    });
    expect(achieved).toBeGreaterThanOrEqual(2);
    expect(flags).not.toContain('undershoot');
  });
});
