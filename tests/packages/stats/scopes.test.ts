/** The claims of Isomorphic Pruning on made-up runs whose answers are known. */
import { areaOf, type ScopeRun, scopeClaims, scopeCurves } from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { normals } from '../../../scripts/experiments/simulated-rows.js';

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

  it('C2: Student’s interval over networks, each by its mean over seeds, no worse by more than half a point', () => {
    const by = (...ahead: readonly number[]) =>
      scopeClaims(
        ahead.flatMap((points, i) => runs(`net${i}`, 'transformer', (seed) => points + 0.5 * (seed - 2))),
      ).find(({ id }) => id === 'C2')!;
    // means 3, 4, 5: t₂ = 4.303 at 95 %, 1 / √3 of deviation
    expect(by(3, 4, 5)).toMatchObject({
      subject: 'taylor, raw scores, no training, against global',
      value: expect.closeTo(4, 9),
      low: expect.closeTo(4 - 4.3027 / Math.sqrt(3), 3),
      high: expect.closeTo(4 + 4.3027 / Math.sqrt(3), 3),
      n: 3,
      outcome: 'holds',
    });
    expect(by(-3, -4, -5).outcome).toBe('fails');
    expect(by(-3, 4, 5).outcome).toBe('undecided');
  });

  it('C2: says of each network what its seeds say: t₄ = 2.776 on a deviation of 0.1 √2.5', () => {
    const [claim] = of('C2');
    // gains 4 … 4.4 and 1 … 1.4: two networks, whose ten runs are no ten networks
    expect(claim).toMatchObject({ value: expect.closeTo(2.7, 9), low: null, high: null, n: 2, outcome: 'undecided' });
    const half = (2.7764 * 0.1 * Math.sqrt(2.5)) / Math.sqrt(5);
    expect(claim!.networks).toEqual([
      {
        ...{ model: 'vit', value: expect.closeTo(4.2, 9), n: 5 },
        ...{ low: expect.closeTo(4.2 - half, 4), high: expect.closeTo(4.2 + half, 4) },
      },
      {
        ...{ model: 'cnn', value: expect.closeTo(1.2, 9), n: 5 },
        ...{ low: expect.closeTo(1.2 - half, 4), high: expect.closeTo(1.2 + half, 4) },
      },
    ]);
    const two = scopeClaims(vit.filter(({ seed }) => seed < 2)).find(({ id }) => id === 'C2')!;
    expect(two.networks).toEqual([{ model: 'vit', value: expect.closeTo(4.05, 9), low: null, high: null, n: 2 }]);
  });

  it('C3: the gain on transformers minus that on convolutional networks, undecided with one of each', () => {
    expect(of('C3')).toMatchObject([
      { value: expect.closeTo(3, 9), low: null, high: null, n: 2, outcome: 'undecided' },
    ]);
    expect(scopeClaims(vit).some(({ id }) => id === 'C3')).toBe(false);
    const some = (family: ScopeRun['family'], ...ahead: readonly number[]) =>
      ahead.flatMap((points, i) => runs(`${family}${i}`, family, () => points));
    const many = scopeClaims([...some('transformer', 3, 4, 5), ...some('convolutional', 0, 1, 2)]);
    // equal variances 1 / 3: four degrees of freedom, t₄ = 2.776, √(2 / 3)
    expect(many.find(({ id }) => id === 'C3')).toMatchObject({
      value: expect.closeTo(3, 9),
      low: expect.closeTo(3 - 2.7764 * Math.sqrt(2 / 3), 3),
      high: expect.closeTo(3 + 2.7764 * Math.sqrt(2 / 3), 3),
      n: 6,
      outcome: 'holds',
    });
  });

  it('come from chance as seldom as promised: networks that differ, and seeds that hardly do', () => {
    const normal = normals(3);
    const isEnough = ({ seed, share, scope }: ScopeRun) => seed < 2 && share === 0.5 && scope !== 'local';
    let wrong = 0;
    for (let i = 0; i < 400; i += 1) {
      // by construction exactly at the margin on average over networks
      const drawn = [0, 1, 2].flatMap((n) => {
        const own = -0.5 + 2 * normal();
        return runs(`net${n}`, 'transformer', () => own + 0.1 * normal()).filter(isEnough);
      });
      if (scopeClaims(drawn).find(({ id }) => id === 'C2')!.outcome !== 'undecided') wrong += 1;
    }
    expect(wrong / 400).toBeLessThan(0.08);
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
