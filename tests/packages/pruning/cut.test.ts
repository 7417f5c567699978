/** A cut network computes what the full one computes when all that belongs to the removed channels is zero. */
import { floats, type Graph, int } from '@topiary/onnx';
import { applyPlan, findGroups, type GroupOptions } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { attention, chain, chance, network, noise, padded, zeroed } from './small-nets.js';

const NETS: readonly [string, () => Graph, GroupOptions?][] = [
  ['convolution, norm, convolution', () => chain([12, 9])],
  ['a padded shortcut', padded],
  ['attention with fused QKV', attention],
  ['attention, heads too', attention, { heads: true }],
  [
    'a Concat used twice and a flattened picture',
    () =>
      network(['N', 3, 4, 4], (x, nn, b) => {
        const a = nn.relu(nn.conv(x, 'a', 5));
        const c = nn.norm(nn.conv(x, 'c', 6), 'bn');
        const both = b.op('Concat', [a, c, a], { axis: int(1) });
        return nn.linear(b.op('Flatten', [nn.relu(nn.conv(both, 'd', 7))], { axis: int(1) }), 'fc', 3);
      }),
  ],
  [
    'a Split whose halves go their own ways',
    () =>
      network(['N', 3, 4, 4], (x, nn, b) => {
        const [p, q] = b.ops('Split', [nn.conv(x, 'a', 9), b.int64s([3, 6])], { axis: int(1) }, { outputs: 2 });
        return nn.head(b.op('Concat', [nn.conv(p!, 'b', 4), nn.conv(q!, 'c', 4), q!], { axis: int(1) }), 3);
      }),
  ],
  [
    'grouped and depthwise convolutions with a gate',
    () =>
      network(['N', 3, 4, 4], (x, nn, b) => {
        const grouped = nn.conv(nn.conv(x, 'a', 8, { kernel: 1 }), 'grouped', 12, { group: 4 });
        const y = nn.conv(grouped, 'depthwise', 12, { group: 12 });
        const gate = nn.conv(nn.relu(nn.conv(b.op('GlobalAveragePool', [y]), 's', 4, { kernel: 1 })), 'e', 12, {
          kernel: 1,
        });
        return nn.head(b.op('Mul', [y, b.op('Sigmoid', [gate])]), 3);
      }),
  ],
  [
    'a channel shuffle',
    () =>
      network(['N', 3, 4, 4], (x, nn, b) => {
        const both = b.op('Concat', [nn.conv(x, 'p', 6), nn.conv(x, 'q', 6)], { axis: int(1) });
        const mixed = nn.transpose(nn.reshape(both, [-1, 2, 6, 4, 4]), [0, 2, 1, 3, 4]);
        return nn.head(nn.conv(nn.reshape(mixed, [-1, 12, 4, 4]), 'depthwise', 12, { group: 12 }), 3);
      }),
  ],
];

describe('a cut network', () => {
  it.each(NETS)('with %s equals the full one with zeros', async (_, make, options = {}) => {
    const graph = make();
    const found = findGroups(graph, options);
    const y = graph.outputs[0]!.name;
    const next = noise(7);
    const dims = [2, ...graph.inputs[0]!.shape.slice(1).map(Number)];
    const x = floats(
      Array.from({ length: dims.reduce((n, d) => n * d, 1) }, () => next()),
      dims,
    );
    for (const seed of [1, 2, 3]) {
      const kept = chance(found, seed);
      const cut = applyPlan(graph, found, { kept });
      expect(cut.kept.length).toBeGreaterThan(0);
      const [narrow, full] = await Promise.all([runOnnx(cut.graph, { x }), runOnnx(zeroed(graph, found, kept), { x })]);
      expect(relativeDistance(narrow[y]!, full[y]!)).toBeLessThan(1e-5);
    }
  });
});
