/** The claims of Isomorphic Pruning on made-up runs whose answers are known. */
import { areaOf, type ScopeRun, scopeClaims, scopeCurves } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const SHARES = [0.75, 0.5, 0.25];
const KEPT = {
  isomorphic: { heads: 0.5, mlp: 0.505 },
  global: { heads: 0.05, mlp: 0.8 },
  local: { heads: 0.5, mlp: 0.5 },
};

/** Five seeds over the grid; `ahead` = points of the isomorphic scope above the others. */
const runs = (model: string, family: ScopeRun['family'], ahead: (seed: number) => number): ScopeRun[] =>
  [0, 1, 2, 3, 4].flatMap((seed) =>
    (['isomorphic', 'global', 'local'] as const).flatMap((scope) =>
      SHARES.map((share) => ({
        ...{ model, family, criterion: 'taylor', normalize: 'none', scope, seed, share, steps: 0 },
        top1: 60 * share + 10 + (scope === 'isomorphic' ? ahead(seed) : 0),
        kept: KEPT[scope],
        sizes: { heads: 12, mlp: 200 },
      })),
    ),
  );

describe('areaOf', () => {
  it('is the mean of a line over its grid, whatever the order of the points', () => {
    expect(
      areaOf([
        { share: 1, top1: 90 },
        { share: 0, top1: 10 },
        { share: 0.25, top1: 30 },
      ]),
    ).toBe(50);
    expect(areaOf([{ share: 0.5, top1: 70 }])).toBe(70);
  });
});

describe('scopeClaims', () => {
  const vit = runs('vit', 'transformer', (seed) => 4 + 0.1 * seed);
  const cnn = runs('cnn', 'convolutional', (seed) => 1 + 0.1 * seed);
  const found = scopeClaims([...vit, ...cnn]);
  const of = (id: string) => found.filter((claim) => claim.id === id);

  it('C1: the isomorphic scope cuts classes alike, the global one does not', () => {
    expect(of('C1').map(({ subject, value, against, outcome }) => [subject, value, against, outcome])).toEqual([
      ['vit: taylor, raw scores, no training', expect.closeTo(0.005, 9), expect.closeTo(0.75, 9), 'holds'],
      ['cnn: taylor, raw scores, no training', expect.closeTo(0.005, 9), expect.closeTo(0.75, 9), 'holds'],
    ]);
    const uneven = vit.map((run) => (run.scope === 'isomorphic' ? { ...run, kept: { heads: 0.4, mlp: 0.6 } } : run));
    expect(scopeClaims(uneven)[0]!.outcome).toBe('fails');
  });

  it('C2: mean differences over models and seeds, no worse by more than half a point', () => {
    const [global, local] = of('C2');
    // gains 4 … 4.4 and 1 … 1.4
    expect(global).toMatchObject({ value: expect.closeTo(2.7, 9), n: 10, outcome: 'holds' });
    expect(global!.low!).toBeGreaterThan(1);
    expect(local!.subject).toBe('taylor, raw scores, no training, against local');
    const worse = scopeClaims(runs('vit', 'transformer', () => -2));
    expect(worse.find(({ id }) => id === 'C2')).toMatchObject({ value: -2, outcome: 'fails' });
    const unsure = scopeClaims(runs('vit', 'transformer', (seed) => (seed % 2 === 0 ? 3 : -6)));
    expect(unsure.find(({ id }) => id === 'C2')!.outcome).toBe('undecided');
  });

  it('C3: the gain on transformers minus that on convolutional networks, paired by seed', () => {
    expect(of('C3')).toEqual([
      {
        id: 'C3',
        subject: 'taylor, raw scores, no training',
        value: expect.closeTo(3, 9),
        low: expect.closeTo(3, 9),
        high: expect.closeTo(3, 9),
        against: null,
        n: 5,
        outcome: 'holds',
      },
    ]);
    expect(scopeClaims(vit).some(({ id }) => id === 'C3')).toBe(false);
  });
});

describe('scopeCurves', () => {
  it('are means over seeds per budget with the least and the most', () => {
    const [curve] = scopeCurves(runs('vit', 'transformer', (seed) => seed));
    expect(curve).toMatchObject({ model: 'vit', scope: 'isomorphic' });
    expect(curve!.points[0]).toEqual({ share: 0.75, value: 57, low: 55, high: 59 });
    expect(curve!.points.map(({ share }) => share)).toEqual(SHARES);
  });
});
