/** Criteria that look at data: scores of the four-channel group by hand from given statistics, and one property of each. */
import { checkParameters, type GroupView, methodOf, type ParameterValue, type PerInitializer } from '@topiary/methods';
import { describe, expect, it } from 'vitest';
import { conv2, FOUR, group, member, scaled } from './four-channels.js';

interface Asked {
  readonly view?: GroupView;
  readonly params?: Readonly<Record<string, ParameterValue>>;
}

/** Given what was collected: arrays by initialiser, for the one statistic that the criterion asks for. */
const scorer = (id: string, given: Readonly<Record<string, readonly number[]>>) => {
  const found: PerInitializer = new Map(Object.entries(given).map(([name, data]) => [name, Float32Array.from(data)]));
  return ({ view = FOUR, params = { normalise: 'none' } }: Asked = {}) => {
    const criterion = methodOf('criterion', id);
    const checked = checkParameters(criterion, params);
    const [wanted] = criterion.collects(checked);
    const statistics = new Map([[wanted!.statistic, found]]);
    return criterion.score({ group: view, statistics, params: checked, rng: () => 0 });
  };
};

const expectScores = (got: Float64Array | null, expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, k) => {
    expect(got![k]).toBeCloseTo(value, 6);
  });
};

const by = (divisor: number) => (value: number) => value / divisor;

// out rows: (1, −2) (3, 0) (½, ½) (−1, 1); scales ½ −1 2 1; in columns: (1, −1) (0, 2) (2, 0) (−1, 1)
const CURVATURE = {
  'conv1.weight': [1, 1, 2, 5, 4, 8, 3, 0], // w² h = 1 4 | 18 0 | 1 2 | 3 0
  'bn1.weight': [4, 1, 0.5, 2], // 1 1 2 2
  'conv2.weight': [1, 9, 2, 1, 3, 0.5, 9, 2], // 1 0 8 1 | 3 2 0 2
};

describe('obd-hessian', () => {
  const score = scorer('obd-hessian', CURVATURE);

  it('sums w² h over rows, columns and scales', () => {
    expectScores(score(), [5 + 1 + 4, 18 + 1 + 2, 3 + 2 + 8, 3 + 2 + 3].map(by(3)));
  });

  it('asks for the last example alone where the published code does', () => {
    const { collects } = methodOf('criterion', 'obd-hessian');
    expect(collects({ code_compat: false })).toEqual([{ statistic: 'squared-gradient', examples: null }]);
    expect(collects({ code_compat: true })).toEqual([{ statistic: 'last-squared-gradient', examples: null }]);
  });

  it('does not change when a layer is scaled and the next one undoes it', () => {
    // w → 4w makes its gradient a quarter, the square of it a sixteenth
    const moved = scorer('obd-hessian', { ...CURVATURE, 'conv1.weight': CURVATURE['conv1.weight'].map(by(16)) });
    expectScores(moved({ view: scaled(FOUR, 4, 'conv1.weight') }), [...score()!]);
  });
});

describe('obd-c', () => {
  const score = scorer('obd-c', CURVATURE);

  it('sums w² F over the rows that make a channel, and over nothing else', () => {
    expectScores(score(), [5, 18, 3, 3]);
  });

  it('gives no score to a group that no layer makes', () => {
    expect(score({ view: group(conv2) })).toBeNull();
  });

  it('does not look at the layers that read the channel', () => {
    expectScores(score({ view: scaled(FOUR, 7, 'conv2.weight') }), [...score()!]);
  });
});

describe('thinet', () => {
  it('is the root of the energy that the reading layers make of a channel, averaged over them', () => {
    const third = { ...conv2, initializer: 'conv3.weight' };
    const score = scorer('thinet', { 'conv2.weight': [4, 9, 0, 1], 'conv3.weight': [16, 1, 4, 1] });
    expectScores(score(), [2, 3, 0, 1]);
    expectScores(score({ view: group(...FOUR.members, third) }), [3, 2, 1, 1]);
  });

  it('adds the energies of the places behind a flatten', () => {
    const places = [0, 1, 2, 3].map((k) => [2 * k, 2 * k + 1]);
    const flat = member({
      initializer: 'fc.weight',
      role: 'in',
      axis: 1,
      dims: [1, 8],
      data: Array(8).fill(1),
      places,
    });
    const score = scorer('thinet', { 'fc.weight': [9, 16, 0, 4, 1, 0, 0, 0] });
    expectScores(score({ view: group(flat) }), [5, 2, 1, 0]);
  });

  it('keeps its order, and its scores by default, whatever the scale of the inputs', () => {
    const energies = [4, 9, 0, 1];
    const once = scorer('thinet', { 'conv2.weight': energies })({ params: {} })!;
    const louder = scorer('thinet', { 'conv2.weight': energies.map((e) => 100 * e) })({ params: {} })!;
    expectScores(louder, [...once]);
  });

  it('gives no score to a group whose channels nothing reads', () => {
    expect(scorer('thinet', { 'conv2.weight': [1, 1, 1, 1] })({ view: group(FOUR.members[0]!) })).toBeNull();
  });
});

describe('hrank', () => {
  const second = { ...FOUR.members[0]!, initializer: 'shortcut.weight' };
  const score = scorer('hrank', { 'conv1.weight': [3, 0, 7.5, 2], 'shortcut.weight': [1, 2, 0.5, 2] });

  it('is the mean rank of the maps that the makers of a channel give', () => {
    expectScores(score(), [3, 0, 7.5, 2]);
    expectScores(score({ view: group(...FOUR.members, second) }), [2, 1, 4, 2]);
  });

  it('looks at as many pictures as it is told', () => {
    const { collects } = methodOf('criterion', 'hrank');
    expect(collects(checkParameters(methodOf('criterion', 'hrank'), {}))).toEqual([
      { statistic: 'fresh-map-rank', examples: 64 },
    ]);
    expect(collects({ examples: 7 })).toEqual([{ statistic: 'map-rank', examples: 7 }]);
  });

  it("asks for maps behind a fresh norm and activation where the published code's form is wanted", () => {
    const criterion = methodOf('criterion', 'hrank');
    expect(criterion.collects({ form: 'fresh', examples: 7 })).toEqual([{ statistic: 'fresh-map-rank', examples: 7 }]);
    const params = checkParameters(criterion, { form: 'fresh', normalise: 'none' });
    const statistics = new Map([['fresh-map-rank', new Map([['conv1.weight', Float32Array.of(3, 0, 7.5, 2)]])]]);
    expectScores(criterion.score({ group: FOUR, statistics, params, rng: () => 0 }), [3, 0, 7.5, 2]);
  });

  it('does not look at weights', () => {
    expectScores(score({ view: scaled(FOUR, 100) }), [...score()!]);
  });
});

describe('cp', () => {
  const diagonal = (squares: readonly number[]) => squares.flatMap((g, i) => squares.map((_, j) => (i === j ? g : 0)));

  it('is the penalty at which a channel dies, as a share of the largest', () => {
    expectScores(scorer('cp', { 'conv2.weight': diagonal([4, 1, 9, 2]) })(), [4 / 9, 1 / 9, 1, 2 / 9]);
  });

  it('averages over the layers that read the channel', () => {
    const third = { ...conv2, initializer: 'conv3.weight' };
    const score = scorer('cp', { 'conv2.weight': diagonal([4, 1, 8, 2]), 'conv3.weight': diagonal([2, 2, 1, 4]) });
    expectScores(score({ view: group(conv2, third) }), [0.5, 0.3125, 0.625, 0.625]);
  });

  it('takes the places of a channel behind a flatten as one', () => {
    // two places per channel: a channel's square is the sum over its block, here 4, 6, 1 and 2
    const blocks = [
      [1, 1, 1, 1],
      [2, 1, 1, 2],
      [1, -0.5, -0.5, 1],
      [1, 0, 0, 1],
    ];
    const gram = Array(64).fill(0);
    blocks.forEach(([p, q, r, s], k) => {
      [gram[18 * k], gram[18 * k + 1], gram[18 * k + 8], gram[18 * k + 9]] = [p, q, r, s];
    });
    const places = [0, 1, 2, 3].map((k) => [2 * k, 2 * k + 1]);
    const flat = member({
      initializer: 'fc.weight',
      role: 'in',
      axis: 1,
      dims: [1, 8],
      data: Array(8).fill(1),
      places,
    });
    expectScores(scorer('cp', { 'fc.weight': gram })({ view: group(flat) }), [4 / 6, 1, 1 / 6, 2 / 6]);
  });

  it('keeps its scores whatever the scale of the responses', () => {
    const gram = [5, 1, 0, 2, 1, 3, 1, 0, 0, 1, 2, 0, 2, 0, 0, 4];
    const once = scorer('cp', { 'conv2.weight': gram })()!;
    expectScores(scorer('cp', { 'conv2.weight': gram.map((g) => 1000 * g) })(), [...once]);
  });
});
