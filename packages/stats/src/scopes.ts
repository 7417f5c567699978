/**
 * Who competes with whom when channels are ranked: scope isomorphic against global and local, over a grid of budgets.
 * The claims are those of Isomorphic Pruning (arXiv 2407.04616): C1 it cuts every class alike, where a global ranking
 * does not; C2 it is at least as accurate; C3 it gains more on transformers than on convolutional networks.
 *
 * C2 and C3 are about networks, so the network is the unit: its seeds come to one mean, and Student's interval runs over
 * the networks' means. What one network says of itself is Student's interval over its seeds.
 */
import { mean } from './descriptive.js';
import { type Estimate, studentInterval, welchInterval } from './intervals.js';

export type ScopeName = 'local' | 'global' | 'isomorphic';

/** One network cut once. */
export interface ScopeRun {
  readonly model: string;
  readonly family: 'transformer' | 'convolutional';
  readonly criterion: string;
  readonly normalize: string;
  readonly scope: ScopeName;
  readonly seed: number;
  /** Of the base network's MACs, asked for. */
  readonly share: number;
  /** Steps of training after the cut; 0: none. */
  readonly steps: number;
  /** Percent on the test split after everything that was done. */
  readonly top1: number;
  /** Share of the channels kept, per class of channels that are cut together. */
  readonly kept: Readonly<Record<string, number>>;
  /** Channels of each class before. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface ScopeClaim {
  readonly id: 'C1' | 'C2' | 'C3';
  /** What is compared: models and criterion, with or without training. */
  readonly subject: string;
  /** C1: spread of kept shares of the isomorphic scope. C2, C3: difference in points of mean top-1 over the budgets. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Of C1: the spread under the global scope. */
  readonly against: number | null;
  /** C1: cuts; C2, C3: networks. */
  readonly n: number;
  readonly outcome: 'holds' | 'fails' | 'undecided';
  /** Of C2 and C3: the gain on each network, over its seeds. */
  readonly networks: readonly NetworkGain[];
}

export interface NetworkGain extends Estimate {
  readonly model: string;
  /** Seeds. */
  readonly n: number;
}

/** Fewer values have no interval: of two, Student's is a guess. */
const LEAST = 3;

/** Points that a scope may be behind and still count as no worse. */
const MARGIN = 0.5;

/** Largest difference between kept shares that whole channels explain: one channel of the smallest class. */
const rounding = ({ sizes }: ScopeRun): number => 1 / Math.min(...Object.values(sizes)) + 1e-9;

const spread = ({ kept }: ScopeRun): number => Math.max(...Object.values(kept)) - Math.min(...Object.values(kept));

const groups = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return found;
};

/** Mean top-1 over the budgets: the area under accuracy against MACs by trapezoids, divided by the grid's width. */
export const areaOf = (runs: readonly Pick<ScopeRun, 'share' | 'top1'>[]): number => {
  const points = [...runs].sort((a, b) => a.share - b.share);
  if (points.length < 2) return mean(points.map(({ top1 }) => top1));
  const areas = points.slice(1).map((p, i) => ((p.top1 + points[i]!.top1) / 2) * (p.share - points[i]!.share));
  return areas.reduce((sum, area) => sum + area, 0) / (points.at(-1)!.share - points[0]!.share);
};

const settingOf = ({ criterion, normalize, steps }: ScopeRun): string =>
  [
    criterion,
    normalize === 'none' ? 'raw scores' : `${normalize} scores`,
    steps > 0 ? `${steps} steps` : 'no training',
  ].join(', ');

/** Area of a scope minus area of the isomorphic one's rival, paired by model and seed, on the budgets that both have. */
const gains = (runs: readonly ScopeRun[], rival: ScopeName): { readonly run: ScopeRun; readonly gain: number }[] =>
  [...groups(runs, ({ model, seed }) => `${model} ${seed}`).values()].flatMap((pair) => {
    const sharesOf = (scope: ScopeName) => new Set(pair.filter((run) => run.scope === scope).map(({ share }) => share));
    const [own, others] = [sharesOf('isomorphic'), sharesOf(rival)];
    const both = pair.filter(({ share }) => own.has(share) && others.has(share));
    if (both.length === 0) return [];
    const area = (scope: ScopeName) => areaOf(both.filter((run) => run.scope === scope));
    return [{ run: pair[0]!, gain: area('isomorphic') - area(rival) }];
  });

const over = (values: readonly number[]): Estimate =>
  values.length < LEAST ? { value: mean(values), low: null, high: null } : studentInterval(values);

interface FamilyGain extends NetworkGain {
  readonly family: ScopeRun['family'];
}

const gainsByNetwork = (runs: readonly ScopeRun[], rival: ScopeName): FamilyGain[] =>
  [...groups(gains(runs, rival), ({ run }) => run.model)].map(([model, own]) => ({
    model,
    family: own[0]!.run.family,
    ...over(own.map(({ gain }) => gain)),
    n: own.length,
  }));

const verdict = ({ low, high }: Estimate, least: number): ScopeClaim['outcome'] => {
  if (low === null || high === null) return 'undecided';
  return low > least ? 'holds' : high < least ? 'fails' : 'undecided';
};

const claimOf = (
  said: Pick<ScopeClaim, 'id' | 'subject'>,
  found: Estimate,
  networks: readonly FamilyGain[],
  least: number,
): ScopeClaim => ({
  ...said,
  ...{ value: found.value, low: found.low, high: found.high, against: null, n: networks.length },
  outcome: verdict(found, least),
  networks: networks.map(({ model, value, low, high, n }) => ({ model, value, low, high, n })),
});

/** Kept shares at equal budget: the isomorphic scope's spread is rounding, the global one's is not. */
const evenness = (runs: readonly ScopeRun[]): ScopeClaim[] =>
  [...groups(runs, (run) => `${run.model}: ${settingOf(run)}`)].flatMap(([subject, own]) => {
    const spreads = (scope: ScopeName) => own.filter((run) => run.scope === scope).map(spread);
    const [isomorphic, global] = [spreads('isomorphic'), spreads('global')];
    if (isomorphic.length === 0 || global.length === 0) return [];
    const value = Math.max(...isomorphic);
    const against = mean(global);
    const isEven = own.filter(({ scope }) => scope === 'isomorphic').every((run) => spread(run) <= rounding(run));
    const outcome = isEven && value < against ? 'holds' : 'fails';
    return [{ id: 'C1', subject, value, low: null, high: null, against, n: isomorphic.length, outcome, networks: [] }];
  });

const accuracy = (runs: readonly ScopeRun[]): ScopeClaim[] =>
  [...groups(runs, settingOf)].flatMap(([setting, own]) =>
    (['global', 'local'] as const).flatMap((rival): ScopeClaim[] => {
      const networks = gainsByNetwork(own, rival);
      if (networks.length === 0) return [];
      const found = over(networks.map(({ value }) => value));
      return [claimOf({ id: 'C2', subject: `${setting}, against ${rival}` }, found, networks, -MARGIN)];
    }),
  );

const families = (runs: readonly ScopeRun[]): ScopeClaim[] =>
  [...groups(runs, settingOf)].flatMap(([setting, own]): ScopeClaim[] => {
    const networks = gainsByNetwork(own, 'global');
    const of = (wanted: ScopeRun['family']) =>
      networks.filter(({ family }) => family === wanted).map(({ value }) => value);
    const [ours, theirs] = [of('transformer'), of('convolutional')];
    if (ours.length === 0 || theirs.length === 0) return [];
    const found =
      Math.min(ours.length, theirs.length) < LEAST
        ? { value: mean(ours) - mean(theirs), low: null, high: null }
        : welchInterval(ours, theirs);
    return [claimOf({ id: 'C3', subject: setting }, found, networks, 0)];
  });

/** Every claim that the runs are about, C1 first. */
export const scopeClaims = (runs: readonly ScopeRun[]): ScopeClaim[] => [
  ...evenness(runs),
  ...accuracy(runs),
  ...families(runs),
];

export interface ScopeCurve {
  readonly model: string;
  readonly setting: string;
  readonly scope: ScopeName;
  /** Mean over seeds per budget, the largest first, with the least and the most. */
  readonly points: readonly {
    readonly share: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export const scopeCurves = (runs: readonly ScopeRun[]): ScopeCurve[] =>
  [...groups(runs, (run) => JSON.stringify([run.model, settingOf(run), run.scope])).values()].map((own) => ({
    model: own[0]!.model,
    setting: settingOf(own[0]!),
    scope: own[0]!.scope,
    points: [...groups(own, ({ share }) => `${share}`).values()]
      .map((same) => {
        const values = same.map(({ top1 }) => top1);
        return { share: same[0]!.share, value: mean(values), low: Math.min(...values), high: Math.max(...values) };
      })
      .sort((a, b) => b.share - a.share),
  }));
