/** What a criterion cannot serve is said before anything is computed, or the group is left whole. */
import { assertServes, checkParameters, lacksOf, methodOf, scoreGroups } from '@topiary/methods';
import { ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { findGroups } from '@topiary/pruning';
import {
  buildModel,
  buildSegmenter,
  ConvnextMicro,
  MobilenetTiny,
  materialize,
  ResnetTiny,
  SamTiny,
  SamVitB,
  VggTiny,
  VitTiny,
} from '@topiary/zoo';
import { lacksOfModel, MODELS, modelOf } from '@topiary/zoo/catalogue';
import { describe, expect, it } from 'vitest';

const BN = methodOf('criterion', 'bn-scale');

/** Two convolutions and nothing else. */
const plain = () => {
  const b = createBuilder();
  const x = b.input('input', 'float32', ['N', 3, 8, 8]);
  const pads = { pads: ints([1, 1, 1, 1]), kernel_shape: ints([3, 3]) };
  const weight = (name: string, dims: number[]) => b.parameter(name, dims, { rule: 'normal', std: 0.1 });
  const h = b.op('Conv', [x, weight('conv1.weight', [4, 3, 3, 3])], pads);
  const y = b.op('Conv', [b.op('Relu', [h]), weight('conv2.weight', [5, 4, 3, 3])], pads);
  b.output(y, 'y');
  return materialize(b.build('plain'), 0);
};

it('bn-scale refuses a network without BatchNorm, by name', () => {
  const graph = plain();
  expect(() => assertServes(BN, graph)).toThrow(
    expect.objectContaining({
      code: 'TOPIARY_METHODS_CANNOT_SERVE',
      message: expect.stringMatching(/bn-scale on network 'plain'.*no BatchNormalization/),
    }),
  );
  expect(() => assertServes(methodOf('criterion', 'taylor'), graph)).not.toThrow();
  expect(() => assertServes(BN, buildModel(ResnetTiny))).not.toThrow();
});

it('a group that has no score is not handed to the planner', () => {
  const graph = plain();
  const { groups } = findGroups(graph);
  const params = checkParameters(BN, {});
  expect(groups.map(({ id }) => id)).toEqual(['conv1']);
  expect(scoreGroups(BN, graph, groups, { params, rng: () => 0 }).size).toBe(0);
});

it('scores of a whole network agree with sums over its own tensors', () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const { groups } = findGroups(graph);
  const l1 = methodOf('criterion', 'magnitude-l1');
  const params = checkParameters(l1, { reduce: 'sum', normalise: 'none' });
  const scores = scoreGroups(l1, graph, groups, { params, rng: () => 0 });
  for (const group of groups) {
    // every weight element of the group's members counts once, whichever channel it belongs to
    const counted = group.members.filter(({ role }) => role === 'out' || role === 'in' || role === 'scale');
    const expected = counted.reduce((sum, { initializer, axis, positions }) => {
      const { dims, source } = graph.initializers.get(initializer)!;
      if (source.kind !== 'data') throw new Error(`${initializer} has no elements`);
      const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
      const there = new Set(positions);
      return (
        sum +
        Array.from(source.data, Number).reduce(
          (s, w, i) => (there.has(Math.floor(i / inner) % dims[axis]!) ? s + Math.abs(w) : s),
          0,
        )
      );
    }, 0);
    expect(scores.get(group.id)!.reduce((a, b) => a + b) / expected).toBeCloseTo(1, 9);
  }
});

it('scores that are not finite are refused with their place', () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const { groups } = findGroups(graph);
  const random = methodOf('criterion', 'random');
  expect(() => scoreGroups(random, graph, groups, { params: {}, rng: () => Number.NaN })).toThrow(
    /random: channel 0 of group '.*'; expected a finite score; got NaN/,
  );
});

describe.each([
  ['bn-scale', 'criterion', /no BatchNormalization/],
  ['obd-c', 'criterion', /read tokens/],
  ['bn-scale', 'regularizer', /no BatchNormalization/],
] as const)('%s as a %s', (id, kind, reason) => {
  it.each([VitTiny, ConvnextMicro])('refuses $title', (model) => {
    expect(() => assertServes(methodOf(kind, id), buildModel(model))).toThrow(reason);
  });
  it.each([ResnetTiny, VggTiny, MobilenetTiny])('serves $title', (model) => {
    expect(() => assertServes(methodOf(kind, id), buildModel(model))).not.toThrow();
  });
});

it('hrank refuses a ViT, which has no maps, and serves a ConvNeXt', () => {
  const hrank = methodOf('criterion', 'hrank');
  expect(() => assertServes(hrank, buildModel(VitTiny))).toThrow(/no maps/);
  for (const model of [ConvnextMicro, ResnetTiny, MobilenetTiny]) {
    expect(() => assertServes(hrank, buildModel(model))).not.toThrow();
  }
});

it('the zoo says of each of its models what the model lacks', () => {
  for (const { id } of MODELS)
    expect({ id, lacks: lacksOfModel(id) }).toEqual({ id, lacks: lacksOf(buildModel(modelOf(id))) });
});

it.each([SamTiny, SamVitB])('and of the encoder of $id', (segmenter) => {
  expect(lacksOfModel(segmenter.id)).toEqual(lacksOf(buildSegmenter(segmenter).encoder));
});
