import { type Graph, int } from '@topiary/onnx';
import { type Dependencies, explain, findGroups, type Group } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { attention, chain, network, padded } from './small-nets.js';

const groupOf = ({ groups }: Dependencies, id: string): Group => {
  const group = groups.find((g) => g.id === id);
  expect(group, groups.map((g) => g.id).join()).toBeDefined();
  return group!;
};
const ids = ({ groups }: Dependencies): string[] => groups.map(({ id, channels }) => `${id}:${channels}`);
const members = (group: Group): string[] => group.members.map((m) => `${m.role} ${m.initializer}[${m.axis}]`);
const positionsOf = (group: Group, initializer: string, axis: number, channel: number): number[] => {
  const member = group.members.find((m) => m.initializer === initializer && m.axis === axis)!;
  return Array.from(member.positions.subarray(member.offsets[channel]!, member.offsets[channel + 1]!));
};

describe('findGroups', () => {
  it('couples a convolution with its norm and its consumer and leaves the classifier alone', () => {
    const found = findGroups(chain());
    expect(ids(found)).toEqual(['conv1:64', 'conv2:32']);
    expect(members(groupOf(found, 'conv1'))).toEqual([
      'out conv1.weight[0]',
      'scale bn1.weight[0]',
      'shift bn1.bias[0]',
      'statistic bn1.running_mean[0]',
      'statistic bn1.running_var[0]',
      'in conv2.weight[1]',
    ]);
    expect(members(groupOf(found, 'conv2'))).toEqual(['out conv2.weight[0]', 'bias conv2.bias[0]', 'in fc.weight[1]']);
    expect(found.fixed).toEqual([
      { initializer: 'fc.weight', channels: 10, of: 10, reason: "output 'Gemm' of the network" },
    ]);
  });

  it('gives channels of a padded shortcut the members that they have', () => {
    const found = findGroups(padded());
    expect(ids(found)).toEqual(['stem:8', 'conv1:8']);
    const stream = groupOf(found, 'stem');
    expect(stream.strata.map(({ channels, members: m }) => [Array.from(channels), m.length])).toEqual([
      [[0, 1, 2, 3], 12],
      [[4, 5, 6, 7], 6],
    ]);
    // channel 0 of the stem is channel 2 after the shortcut; channels 4 to 7 are the zeros around it
    expect(positionsOf(stream, 'stem.weight', 0, 0)).toEqual([0]);
    expect(positionsOf(stream, 'conv2.weight', 0, 0)).toEqual([2]);
    expect([4, 5, 6, 7].map((k) => positionsOf(stream, 'conv2.weight', 0, k)[0])).toEqual([0, 1, 6, 7]);
    expect(positionsOf(stream, 'stem.weight', 0, 5)).toEqual([]);
    expect(Array.from(stream.present)).toEqual([12, 12, 12, 12, 6, 6, 6, 6]);
  });

  it('keeps the parts of a Concat apart and finds each in the consumer', () => {
    const found = findGroups(
      network(['N', 3, 4, 4], (x, nn, b) => {
        const a = nn.conv(x, 'a', 4);
        const c = nn.conv(x, 'c', 6);
        return nn.head(nn.conv(nn.norm(b.op('Concat', [a, c, a], { axis: int(1) }), 'bn'), 'd', 8), 3);
      }),
    );
    expect(ids(found)).toEqual(['a:4', 'c:6', 'd:8']);
    expect(positionsOf(groupOf(found, 'a'), 'd.weight', 1, 1)).toEqual([1, 11]);
    expect(positionsOf(groupOf(found, 'c'), 'bn.weight', 0, 5)).toEqual([9]);
  });

  it('joins the halves of a Split, since one layer makes them', () => {
    const found = findGroups(
      network(['N', 3, 4, 4], (x, nn, b) => {
        const [p, q] = b.ops('Split', [nn.conv(x, 'a', 8), b.int64s([2, 6])], { axis: int(1) }, { outputs: 2 });
        return nn.head(b.op('Concat', [nn.conv(p!, 'b', 4), nn.conv(q!, 'c', 4)], { axis: int(1) }), 3);
      }),
    );
    expect(ids(found)).toEqual(['a:8', 'b:4', 'c:4']);
    expect(groupOf(found, 'a').strata.map(({ channels }) => Array.from(channels))).toEqual([
      [0, 1],
      [2, 3, 4, 5, 6, 7],
    ]);
  });

  it('lets channels pass through a depthwise convolution and a squeeze-and-excitation gate', () => {
    const found = findGroups(
      network(['N', 3, 4, 4], (x, nn, b) => {
        const y = nn.conv(nn.conv(x, 'expand', 12, { kernel: 1 }), 'depthwise', 12, { group: 12 });
        const gate = nn.conv(
          nn.relu(nn.conv(b.op('GlobalAveragePool', [y]), 'squeeze', 3, { kernel: 1 })),
          'excite',
          12,
          {
            kernel: 1,
          },
        );
        return nn.head(nn.conv(b.op('Mul', [y, b.op('Sigmoid', [gate])]), 'project', 5, { kernel: 1 }), 3);
      }),
    );
    expect(ids(found)).toEqual(['expand:12', 'squeeze:3', 'project:5']);
    expect(members(groupOf(found, 'expand'))).toEqual([
      'out expand.weight[0]',
      'out depthwise.weight[0]',
      'in squeeze.weight[1]',
      'out excite.weight[0]',
      'in project.weight[1]',
    ]);
  });

  it('takes the same channels from every group of a grouped convolution, and averages over the groups', () => {
    const graph = network(['N', 3, 4, 4], (x, nn) =>
      nn.head(nn.conv(nn.conv(x, 'a', 8, { kernel: 1 }), 'grouped', 12, { group: 4 }), 3),
    );
    const found = findGroups(graph);
    expect(ids(found)).toEqual(['a:2', 'grouped:3']);
    const a = groupOf(found, 'a');
    expect(positionsOf(a, 'a.weight', 0, 1)).toEqual([1, 3, 5, 7]);
    expect(positionsOf(a, 'grouped.weight', 1, 1)).toEqual([1]);
    expect(a.members.map(({ initializer, divisor }) => [initializer, divisor])).toEqual([
      ['a.weight', 4],
      ['grouped.weight', 1],
    ]);
    expect(ids(findGroups(graph, { heads: true }))).toEqual(['a.heads:4', 'a:2', 'grouped:3']);
  });

  it('sums over the positions of a flattened picture', () => {
    const found = findGroups(
      network(['N', 3, 4, 4], (x, nn, b) =>
        nn.linear(b.op('Flatten', [nn.conv(x, 'a', 6)], { axis: int(1) }), 'fc', 3),
      ),
    );
    const a = groupOf(found, 'a');
    expect(positionsOf(a, 'fc.weight', 1, 2)).toEqual(Array.from({ length: 16 }, (_, i) => 32 + i));
    expect(a.members.map(({ divisor }) => divisor)).toEqual([1, 1]);
  });

  it('ties both branches of a channel shuffle', () => {
    const found = findGroups(
      network(['N', 3, 4, 4], (x, nn, b) => {
        const [p, q] = [nn.conv(x, 'p', 6), nn.conv(x, 'q', 6)];
        const both = b.op('Concat', [p, q], { axis: int(1) });
        const shuffled = nn.reshape(nn.transpose(nn.reshape(both, [-1, 2, 6, 4, 4]), [0, 2, 1, 3, 4]), [-1, 12, 4, 4]);
        return nn.head(nn.conv(shuffled, 'depthwise', 12, { group: 12 }), 3);
      }),
    );
    expect(ids(found)).toEqual(['p:6']);
    const group = groupOf(found, 'p');
    expect(positionsOf(group, 'q.weight', 0, 3)).toEqual([3]);
    expect(positionsOf(group, 'depthwise.weight', 0, 3)).toEqual([6, 7]);
  });

  it('sees heads and head channels in a fused QKV projection', () => {
    const found = findGroups(attention(), { heads: true });
    expect(ids(found)).toEqual(['embed:12', 'qkv.heads:2', 'qkv:6']);
    const size = groupOf(found, 'qkv');
    // 3 · 2 heads · 6: summed over q, k and v, averaged over the two heads
    expect(positionsOf(size, 'qkv.weight', 1, 5)).toEqual([5, 11, 17, 23, 29, 35]);
    expect(positionsOf(size, 'proj.weight', 0, 5)).toEqual([5, 11]);
    expect(new Set(size.members.map(({ divisor }) => divisor))).toEqual(new Set([2]));
    const heads = groupOf(found, 'qkv.heads');
    expect(positionsOf(heads, 'proj.weight', 0, 1)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(ids(findGroups(attention()))).toEqual(['embed:12', 'qkv:6']);
  });

  it('keeps the same channels of queries, keys and values, when they are projected apart, too', () => {
    const apart = (heads: number, sizes: readonly [number, number, number]): Graph =>
      network(['N', 6, 8], (x, nn, b) => {
        const project = (name: string, size: number) =>
          nn.transpose(nn.reshape(nn.dense(x, name, heads * size), [-1, 6, heads, size]), [0, 2, 1, 3]);
        const [q, k, v] = [project('q', sizes[0]), project('k', sizes[1]), project('v', sizes[2])];
        const scores = b.op('MatMul', [q, nn.transpose(k, [0, 1, 3, 2])]);
        const scaled = b.op('Softmax', [b.op('Mul', [scores, b.scalar(0.5)])], { axis: int(-1) });
        const mixed = nn.transpose(b.op('MatMul', [scaled, v]), [0, 2, 1, 3]);
        return nn.dense(nn.reshape(mixed, [-1, 6, heads * sizes[2]]), 'proj', 4);
      });
    const found = findGroups(apart(2, [6, 6, 6]));
    expect(ids(found)).toEqual(['q:6']);
    expect(['q', 'k', 'v'].map((name) => positionsOf(groupOf(found, 'q'), `${name}.weight`, 1, 4))).toEqual(
      new Array(3).fill([4, 10]),
    );
    // a file whose values are wider than its queries already keeps two widths
    expect(ids(findGroups(apart(2, [3, 3, 6])))).toEqual(['q:3', 'v:6']);
  });

  it('explains its groups in words', () => {
    const text = explain(findGroups(padded()));
    expect(text).toContain('stem: 8 channels in 2 strata');
    expect(text).toContain('  4-7: out conv2.weight[0], scale bn2.weight[0]');
    expect(text).toContain("  fc: all of 5: output 'Gemm' of the network");
  });
});
