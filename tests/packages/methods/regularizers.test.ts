/** Regularizers: coefficients worked out by hand, and c · w against central differences of the published penalty. */
import {
  checkParameters,
  type GroupView,
  type MemberView,
  methodOf,
  type ParameterValue,
  Regularization,
  viewsOf,
} from '@topiary/methods';
import { dataOf, int } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import { describe, expect, it } from 'vitest';
import { network } from '../pruning/small-nets.js';
import { conv1, conv2, FOUR, gamma, group, scaled } from './four-channels.js';

type Values = Readonly<Record<string, ParameterValue>>;

const start = (id: string, params: Values, view: GroupView = FOUR) => {
  const regularizer = methodOf('regularizer', id);
  return new Regularization(regularizer, checkParameters(regularizer, params), [view]);
};

/** The elements of a group as training would hand them over. */
const elementsOf = (view: GroupView) => {
  const data = new Map(view.members.map((member) => [member.initializer, member.data]));
  return (initializer: string) => data.get(initializer)!;
};

const coefficients = (id: string, params: Values, view: GroupView = FOUR): Record<string, number[]> =>
  Object.fromEntries(
    start(id, params, view)
      .coefficients(elementsOf(view))
      .map(({ initializer, axis, values }) => [`${initializer}[${axis}]`, [...values]]),
  );

const expectClose = (got: readonly number[] | undefined, expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    expect(got![k]! / value).toBeCloseTo(1, 5);
  });
};

/** Σ over elements of the slice of place k along the member's axis. */
const sumAt = ({ data, dims, axis }: MemberView, place: number, of: (w: number) => number): number => {
  const inner = dims.slice(axis + 1).reduce((n, d) => n * d, 1);
  return data.reduce((sum, w, i) => (Math.floor(i / inner) % dims[axis]! === place ? sum + of(w) : sum), 0);
};

/** dP/dw by central differences, for every element of every member of four channels. */
const slopes = (view: GroupView, penalty: (members: readonly MemberView[]) => number): number[][] => {
  const h = 1e-4;
  const members = view.members.map((member) => ({ ...member, data: Float64Array.from(member.data) }));
  const at = () => penalty(members as unknown as readonly MemberView[]);
  return members.map(({ data }) =>
    Array.from(data, (w, i) => {
      data[i] = w + h;
      const up = at();
      data[i] = w - h;
      const down = at();
      data[i] = w;
      return (up - down) / (2 * h);
    }),
  );
};

/** c · w of every element, in the order of `slopes`. */
const pulls = (view: GroupView, found: Record<string, number[]>): number[][] =>
  view.members.map((member) => {
    const { data, dims, axis, initializer } = member;
    const c = found[`${initializer}[${axis}]`];
    const inner = dims.slice(axis + 1).reduce((n, d) => n * d, 1);
    return Array.from(data, (w, i) => (c ? c[Math.floor(i / inner) % dims[axis]!]! * w : 0));
  });

const expectSamePull = (view: GroupView, found: Record<string, number[]>, penalty: Parameters<typeof slopes>[1]) => {
  const wanted = slopes(view, penalty);
  pulls(view, found).forEach((row, m) => {
    row.forEach((pull, i) => {
      expect(pull).toBeCloseTo(wanted[m]![i]!, 5);
    });
  });
};

const WEIGHTS = group(conv1, gamma, conv2);

describe('bn-scale', () => {
  it('pulls with λ sign(γ), and not at all at zero', () => {
    expectClose(coefficients('bn-scale', { lambda: 0.1 })['bn1.weight[0]'], [0.2, 0.1, 0.05, 0.1]);
    const zero = group({ ...gamma, data: Float32Array.of(0, 1, 1, 1) });
    expect(coefficients('bn-scale', { lambda: 0.1 }, zero)['bn1.weight[0]']![0]).toBe(0);
  });
  it('is the slope of λ Σ |γ|', () => {
    const penalty = (members: readonly MemberView[]) =>
      0.3 *
      members
        .filter(({ role }) => role === 'scale')
        .reduce((sum, { data }) => sum + data.reduce((a, w) => a + Math.abs(w), 0), 0);
    expectSamePull(FOUR, coefficients('bn-scale', { lambda: 0.3 }), penalty);
  });
});

describe('group-lasso', () => {
  const norm = (members: readonly MemberView[], k: number) =>
    Math.sqrt(members.reduce((sum, member) => sum + sumAt(member, k, (w) => w * w), 0));
  it('on weights is the slope of λ Σ_k N_k over rows, columns and scales', () => {
    const penalty = (members: readonly MemberView[]) =>
      0.2 * [0, 1, 2, 3].reduce((sum, k) => sum + norm(members, k), 0);
    expectSamePull(WEIGHTS, coefficients('group-lasso', { lambda: 0.2 }, WEIGHTS), penalty);
  });
  it('gives every member of a channel one number', () => {
    // squares: out 5 9 ½ 2, scale ¼ 1 4 1, in 2 4 4 2
    const expected = [7.25, 14, 8.5, 5].map((square) => 0.1 / Math.sqrt(square));
    for (const values of Object.values(coefficients('group-lasso', { lambda: 0.1 }))) expectClose(values, expected);
  });
  it('on norms is λ over the root mean square of the scales, and nothing else', () => {
    const second = { ...gamma, initializer: 'bn2.weight', data: Float32Array.of(1.5, 1, 0, 3) };
    const found = coefficients('group-lasso', { lambda: 0.1, on: 'norms' }, group(conv1, gamma, second));
    expect(Object.keys(found)).toEqual(['bn1.weight[0]', 'bn2.weight[0]']);
    const expected = [(0.25 + 2.25) / 2, 1, 2, 5].map((mean) => 0.1 / Math.sqrt(mean));
    expectClose(found['bn1.weight[0]'], expected);
    expectClose(found['bn2.weight[0]'], expected);
  });
  it('leaves a channel of zeros finite', () => {
    const dead = scaled(FOUR, 0);
    for (const values of Object.values(coefficients('group-lasso', {}, dead))) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('group-norm', () => {
  it('decays the strongest channel by λ and the weakest by 16 λ', () => {
    // I = u^½, u from 7.25 14 8.5 5: the order is 3, 0, 2, 1
    const [low, high] = [Math.sqrt(5), Math.sqrt(14)];
    const expected = [7.25, 14, 8.5, 5].map((u) => 0.01 * 2 ** ((4 * (high - Math.sqrt(u))) / (high - low)));
    expect(expected[1]).toBeCloseTo(0.01, 12);
    expect(expected[3]).toBeCloseTo(0.16, 12);
    for (const values of Object.values(coefficients('group-norm', { lambda: 0.01 }))) expectClose(values, expected);
  });
  it('decays all alike where all channels are equally strong', () => {
    const equal = group({ ...gamma, data: Float32Array.of(2, 2, -2, 2) });
    expectClose(coefficients('group-norm', { lambda: 0.01 }, equal)['bn1.weight[0]'], [0.01, 0.01, 0.01, 0.01]);
  });
  it('does not see the scale of the group', () => {
    const once = coefficients('group-norm', {});
    const twice = coefficients('group-norm', {}, scaled(FOUR, 4));
    for (const [name, values] of Object.entries(once)) expectClose(twice[name], values);
  });
});

describe('growing-reg', () => {
  it('begins with λ and adds δ per epoch to the weakest channel, nothing to the strongest', () => {
    const regularization = start('growing-reg', { lambda: 0.5, delta: 0.25 });
    const now = () => [...regularization.coefficients(elementsOf(FOUR))[0]!.values];
    expectClose(now(), [0.5, 0.5, 0.5, 0.5]);
    regularization.endEpoch(elementsOf(FOUR));
    regularization.endEpoch(elementsOf(FOUR));
    expectClose(
      now(),
      [7.25, 14, 8.5, 5].map((u) => 0.5 + (2 * 0.25 * (14 - u)) / 9),
    );
  });
});

/** Two layers side by side behind a Concat, as in a dense block, and one BatchNorm over both. */
const concatenated = () =>
  network(['N', 3, 6, 6], (x, nn, b) => {
    const a = nn.relu(nn.conv(x, 'a', 3));
    const both = b.op('Concat', [a, nn.conv(a, 'c', 2)], { axis: int(1) });
    return nn.head(nn.relu(nn.norm(both, 'bn')), 4);
  });

describe('Regularization', () => {
  /** Half of a BatchNorm that reads two groups side by side. */
  const half = (id: string, places: readonly number[]): GroupView => ({
    id,
    channels: 2,
    members: [{ ...gamma, offsets: Int32Array.of(0, 1, 2), positions: Int32Array.from(places) }],
  });
  const HALVES = [half('a', [0, 1]), half('b', [2, 3])];

  it('puts the coefficients of two groups that share an axis side by side', () => {
    const regularizer = methodOf('regularizer', 'group-lasso');
    const both = new Regularization(regularizer, checkParameters(regularizer, { lambda: 1 }), HALVES);
    const [found] = both.coefficients(elementsOf(FOUR));
    expectClose([...found!.values], [1 / 0.5, 1, 1 / 2, 1]);
  });

  it.each(['bn-scale', 'group-lasso', 'group-norm', 'growing-reg'])(
    '%s pulls at the places of a group and at no other',
    (id) => {
      const regularizer = methodOf('regularizer', id);
      const one = new Regularization(regularizer, checkParameters(regularizer, { lambda: 1 }), [HALVES[1]!]);
      const [found] = one.coefficients(elementsOf(FOUR));
      expect([...found!.values].map((value) => value !== 0)).toEqual([false, false, true, true]);
    },
  );

  it('pulls with λ sign(γ) once at each scale behind a Concat, as PyTorch does', () => {
    const graph = concatenated();
    const views = viewsOf(graph, findGroups(graph).groups);
    const shared = views.filter(({ members }) => members.some(({ initializer }) => initializer === 'bn.weight'));
    expect(shared).toHaveLength(2);
    const regularizer = methodOf('regularizer', 'bn-scale');
    const regularization = new Regularization(regularizer, checkParameters(regularizer, { lambda: 0.25 }), views);
    const current = (name: string) => dataOf(graph.initializers.get(name)!) as Float32Array;
    const found = regularization.coefficients(current).find(({ initializer }) => initializer === 'bn.weight')!;
    // torch: (0.25 * scale.abs().sum()).backward() leaves 0.25 * scale.sign() in scale.grad
    const scales = current('bn.weight');
    found.values.forEach((c, i) => {
      expect(c * scales[i]!).toBeCloseTo(0.25 * Math.sign(scales[i]!), 6);
    });
  });
});
