/** An uploaded criterion that computes what a built-in one does gets the same scores. */
import {
  type ItemInput,
  methodOf,
  type ScoredItem,
  type Statistics,
  scoreGroups,
  uploadedCriterion,
  wantedFor,
} from '@topiary/methods';
import { type Graph, int, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { findGroups } from '@topiary/pruning';
import { materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

/** Convolutions (one of them grouped) and a linear layer behind a flattened map, without norms and biases. */
const network = (): Graph => {
  const b = createBuilder();
  const conv = (name: string, x: string, dims: number[], group = 1) =>
    b.op('Relu', [
      b.op('Conv', [x, b.parameter(name, dims, { rule: 'normal', std: 1 })], {
        kernel_shape: ints([3, 3]),
        group: int(group),
      }),
    ]);
  const first = conv('first', b.input('x', 'float32', ['N', 2, 9, 9]), [8, 2, 3, 3]);
  const second = conv('second', conv('grouped', first, [8, 4, 3, 3], 2), [6, 8, 3, 3]);
  const flat = b.op('Flatten', [second], { axis: int(1) });
  b.output(b.op('MatMul', [flat, b.parameter('linear', [54, 3], { rule: 'normal', std: 1 })]), 'y');
  return materialize(b.build('net'), 3);
};
const graph = network();
const { groups } = findGroups(graph);
const gradient = new Map(
  [...graph.initializers].map(([name, { dims }]) => [
    name,
    Float32Array.from({ length: dims.reduce((n, dim) => n * dim, 1) }, (_, i) => Math.sin(i * 0.7 + name.length)),
  ]),
);
const statistics: Statistics = new Map([['gradient', gradient]]);
const params = { reduce: 'mean', normalise: 'mean', code_compat: false, bias: false };
const options = { params, rng: () => 0.5, statistics };

const sumRows = ({ places, numbers }: ScoredItem, at: (i: number) => number): Float32Array =>
  Float32Array.from({ length: places }, (_, place) => {
    let sum = 0;
    for (let i = place * numbers; i < (place + 1) * numbers; i += 1) sum += at(i);
    return sum;
  });

const scoresOf = async (inputs: readonly ItemInput[], score: (item: ScoredItem) => Float32Array) => {
  const request = { id: 'mine', graph, groups, inputs, statistics };
  return scoreGroups(await uploadedCriterion(request, async (item) => score(item)), graph, groups, options);
};

const expectAlike = (got: Map<string, Float64Array>, expected: Map<string, Float64Array>) => {
  expect([...got.keys()]).toEqual([...expected.keys()]);
  for (const [group, scores] of expected)
    scores.forEach((value, channel) => {
      expect(got.get(group)![channel]! / value).toBeCloseTo(1, 5);
    });
};

describe('an uploaded criterion', () => {
  it('that sums |w| gives the scores of magnitude-l1', async () => {
    const got = await scoresOf(['weight'], (item) => sumRows(item, (i) => Math.abs(item.inputs.weight![i]!)));
    expectAlike(got, scoreGroups(methodOf('criterion', 'magnitude-l1'), graph, groups, options));
  });

  it('that sums |w ∂L/∂w| gives the scores of taylor', async () => {
    const got = await scoresOf(['weight', 'gradient'], (item) =>
      sumRows(item, (i) => Math.abs(item.inputs.weight![i]! * item.inputs.gradient![i]!)),
    );
    expectAlike(got, scoreGroups(methodOf('criterion', 'taylor'), graph, groups, options));
  });

  it('names the statistics that its inputs need', () => {
    expect(wantedFor(['weight'])).toEqual([]);
    expect(wantedFor(['activation_mean', 'gradient']).map(({ statistic }) => statistic)).toEqual([
      'activation-mean',
      'gradient',
    ]);
  });
});
