/** Scores of a four-channel group worked out by hand, and one property of each criterion. */
import {
  checkParameters,
  type GroupView,
  methodOf,
  NO_STATISTICS,
  normalise,
  type ParameterValue,
  type Statistics,
} from '@topiary/methods';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conv1, conv2, FOUR, gamma, group, member, scaled } from './four-channels.js';

interface Asked {
  readonly view?: GroupView;
  readonly params?: Readonly<Record<string, ParameterValue>>;
  readonly statistics?: Statistics;
  readonly rng?: () => number;
}

const scores = (id: string, { view = FOUR, params = {}, statistics = NO_STATISTICS, rng = () => 0 }: Asked = {}) => {
  const criterion = methodOf('criterion', id);
  return criterion.score({ group: view, statistics, params: checkParameters(criterion, params), rng });
};

const expectScores = (got: Float64Array | null, expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    expect(got![k]).toBeCloseTo(value, 9);
  });
};

const order = (x: Float64Array | null): number[] => [...x!.keys()].sort((a, b) => x![a]! - x![b]!);

const RAW = { normalise: 'none' };
const by = (divisor: number) => (value: number) => value / divisor;

describe('magnitude-l1', () => {
  // out 3 3 1 2, scale ½ 1 2 1, in 2 2 2 2
  it('is the mean of |w| sums over rows, columns and scales', () => {
    expectScores(scores('magnitude-l1', { params: RAW }), [5.5, 6, 5, 5].map(by(3)));
  });

  it('divides by the mean of the group by default', () => {
    expectScores(scores('magnitude-l1'), [5.5, 6, 5, 5].map(by(21.5 / 4)));
  });

  it('counts shifts as one more member only when asked', () => {
    expectScores(scores('magnitude-l1', { params: { ...RAW, bias: true } }), [8.5, 6, 5, 8].map(by(4)));
  });

  it('does not change when the whole group is scaled', () => {
    expectScores(scores('magnitude-l1', { view: scaled(FOUR, 8) }), [...scores('magnitude-l1')!]);
  });
});

describe('magnitude-l2', () => {
  // out 5 9 ½ 2, scale ¼ 1 4 1, in 2 4 4 2
  it('is the mean of w² sums, without a root', () => {
    expectScores(scores('magnitude-l2', { params: RAW }), [7.25, 14, 8.5, 5].map(by(3)));
  });

  it('reduces by sum and by the largest member on request', () => {
    expectScores(scores('magnitude-l2', { params: { ...RAW, reduce: 'sum' } }), [7.25, 14, 8.5, 5]);
    expectScores(scores('magnitude-l2', { params: { ...RAW, reduce: 'max' } }), [5, 9, 4, 2]);
  });

  it('gives a channel that is not in every member the mean over those it is in', () => {
    // a padded shortcut: the narrow layer holds channels 1 and 2 only
    const narrow = member({
      initializer: 'narrow.weight',
      role: 'out',
      axis: 0,
      dims: [2, 1],
      data: [3, 1],
      places: [[], [0], [1], []],
    });
    const view = group(conv1, narrow);
    expectScores(scores('magnitude-l2', { view, params: RAW }), [5, (9 + 9) / 2, (0.5 + 1) / 2, 2]);
    expectScores(scores('magnitude-l2', { view, params: { ...RAW, code_compat: true } }), [2.5, 9, 0.75, 1]);
  });

  it('adds the places behind a flatten and averages over heads', () => {
    const places = [0, 1, 2, 3].map((k) => [2 * k, 2 * k + 1]);
    const flat = {
      initializer: 'fc.weight',
      role: 'in',
      axis: 1,
      dims: [1, 8],
      data: [1, 2, 3, 4, 0, 1, 2, 0],
    } as const;
    expectScores(scores('magnitude-l2', { view: group(member({ ...flat, places })), params: RAW }), [5, 25, 1, 4]);
    const heads = group(member({ ...flat, places, divisor: 2 }));
    expectScores(scores('magnitude-l2', { view: heads, params: RAW }), [2.5, 12.5, 0.5, 2]);
  });

  it('scores a channel by its own weights: more in a channel never lowers its rank', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 8, maxLength: 8 }), (data) => {
        const before = scores('magnitude-l2', { view: group({ ...conv1, data: Float32Array.from(data) }) })!;
        const grown = data.map((w, i) => (i < 2 ? w * 2 : w));
        const after = scores('magnitude-l2', { view: group({ ...conv1, data: Float32Array.from(grown) }) })!;
        expect(order(after).indexOf(0)).toBeGreaterThanOrEqual(order(before).indexOf(0));
      }),
    );
  });
});

describe('bn-scale', () => {
  it('is |γ| over the mean of the group', () => {
    expectScores(scores('bn-scale'), [0.5, 1, 2, 1].map(by(4.5 / 4)));
  });

  it('gives no score to a group without BatchNorm, LayerNorm included', () => {
    expect(scores('bn-scale', { view: group(conv1, conv2) })).toBeNull();
    expect(scores('bn-scale', { view: group({ ...gamma, op: 'LayerNormalization' }) })).toBeNull();
  });

  it('does not look at the convolutions', () => {
    expectScores(scores('bn-scale', { view: scaled(FOUR, 7, 'conv1.weight') }), [...scores('bn-scale')!]);
  });
});

describe('taylor', () => {
  const gradient = new Map([
    ['conv1.weight', Float32Array.of(1, 1, -2, 5, 4, -4, 0, 1)], // |w·g| = 1 2 | 6 0 | 2 2 | 0 1
    ['bn1.weight', Float32Array.of(2, 1, 0, -1)], // 1 1 0 1
    ['conv2.weight', Float32Array.of(1, 9, 1, 1, 1, -1, 9, 2)], // 1 0 2 1 | 1 2 0 2
  ]);
  const statistics: Statistics = new Map([['gradient', gradient]]);

  it('sums |w · gradient| over rows, columns and scales', () => {
    expectScores(scores('taylor', { statistics, params: RAW }), [6, 9, 6, 5].map(by(3)));
  });

  it('leaves BatchNorm out as the published code does, when asked', () => {
    expectScores(scores('taylor', { statistics, params: { ...RAW, code_compat: true } }), [5, 8, 6, 4].map(by(2)));
  });

  it('counts a weight that the loss does not depend on as zero', () => {
    const partial = new Map([['gradient', new Map([['bn1.weight', Float32Array.of(2, 1, 0, -1)]])]]);
    expectScores(scores('taylor', { statistics: partial, params: RAW }), [1, 1, 0, 1].map(by(3)));
  });

  it('does not change when a layer is scaled and the next one undoes it', () => {
    // w → 4w makes its gradient a quarter: the product stays
    const other = new Map([...gradient, ['conv1.weight', gradient.get('conv1.weight')!.map((g) => g / 4)]]);
    const got = scores('taylor', { view: scaled(FOUR, 4, 'conv1.weight'), statistics: new Map([['gradient', other]]) });
    expectScores(got, [...scores('taylor', { statistics })!]);
  });

  it('says what it lacks without gradients', () => {
    expect(() => scores('taylor')).toThrow(/taylor; expected statistic gradient; got none/);
  });
});

describe('random', () => {
  it('takes one number per channel from the generator and nothing from the weights', () => {
    const numbers = [0.3, 0.9, 0.1, 0.5];
    const draw = () => {
      let i = 0;
      return () => numbers[i++]!;
    };
    expectScores(scores('random', { rng: draw() }), numbers);
    expectScores(scores('random', { view: scaled(FOUR, 100), rng: draw() }), numbers);
  });
});

describe('normalise', () => {
  const x = Float64Array.of(1, 2, 3, 6);

  it.each([
    ['none', [1, 2, 3, 6]],
    ['mean', [1 / 3, 2 / 3, 1, 2]],
    ['max', [1 / 6, 1 / 3, 1 / 2, 1]],
    ['sum', [1 / 12, 1 / 6, 1 / 4, 1 / 2]],
    ['standardise', [0, 1 / 5, 2 / 5, 1]],
    // mean 3, unbiased variance 14 / 3
    ['gaussian', [-2, -1, 0, 3].map(by(Math.sqrt(14 / 3)))],
  ] as const)('%s', (how, expected) => {
    normalise(x, how).forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, 7);
    });
  });

  it.each(['mean', 'max', 'sum', 'standardise', 'gaussian'])('%s of an all-zero group is zero, not NaN', (how) => {
    expect([...normalise(new Float64Array(4), how)]).toEqual([0, 0, 0, 0]);
  });

  it('keeps the order of channels, whatever the scale', () => {
    const positive = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(positive, fc.constantFrom('mean', 'max', 'sum', 'standardise', 'gaussian'), (values, how) => {
        const y = normalise(Float64Array.from(values), how);
        for (let i = 1; i < values.length; i += 1) {
          if (values[i]! > values[i - 1]!) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!);
        }
      }),
    );
  });
});

it('reduces along any axis, whatever lies before and behind it', () => {
  // dims [2, 3, 2], axis 1: Σ over the first and last
  const data = Array.from({ length: 12 }, (_, i) => i);
  const places = [[0], [1], [2], []];
  const view = group(member({ initializer: 'w', role: 'in', axis: 1, dims: [2, 3, 2], data, places }));
  expectScores(scores('magnitude-l1', { view, params: RAW }), [0 + 1 + 6 + 7, 2 + 3 + 8 + 9, 4 + 5 + 10 + 11, 0]);
});

it('sums every element once, whatever the sizes', () => {
  const size = fc.integer({ min: 1, max: 11 });
  const integers = (n: number) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n });
  const cases = fc
    .tuple(size, size, size)
    .chain(([outer, length, inner]) =>
      fc.tuple(fc.constant([outer, length, inner] as const), integers(outer * length * inner)),
    );
  fc.assert(
    fc.property(cases, ([[outer, length, inner], data]) => {
      const places = Array.from({ length }, (_, k) => [k]);
      const w = member({ initializer: 'w', role: 'out', axis: 1, dims: [outer, length, inner], data, places });
      const expected = places.map(([k]) =>
        data.reduce((sum, value, i) => (Math.floor(i / inner) % length === k ? sum + value * value : sum), 0),
      );
      const view = { id: 'w', channels: length, members: [w] };
      expectScores(scores('magnitude-l2', { view, params: RAW }), expected);
    }),
  );
});
