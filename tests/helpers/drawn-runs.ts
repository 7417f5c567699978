/** Runs of known outcome for rankings whose rows stand for methods: a suite of four rows, and what makes more of them. */
import { type LeaderboardOptions, packBits, type RunRecord, unpackBits } from '@topiary/stats';
import { randomFrom } from '@topiary/zoo';

export const N = 4000;
export const RULES: LeaderboardOptions = {
  metrics: [{ id: 'top1', direction: 'higher', estimator: 'share', bounds: [0, 100] }],
  phases: ['base', 'pruned', 'finetuned'],
  control: null,
  controls: [
    { id: 'random', recipe: { criterion: 'random', regularizer: null }, same: ['finetune'], nearest: 'scope' },
    { id: 'widths', recipe: { 'prune.shuffle': true }, same: ['*'], nearest: 'scope' },
  ],
  apart: [{ field: 'regularizer', present: 'regularizer', absent: 'criterion' }],
  drawn: { prune: { solve: 'first-crossing', steps: 20 }, suite: null },
};

export interface Given {
  readonly criterion: string;
  readonly top1: number;
  readonly seed?: number;
  readonly by?: string | null;
  readonly prune?: Readonly<Record<string, unknown>>;
  readonly over?: Partial<RunRecord>;
}

/** Bits of so many right answers in a hundred, each example as hard for everybody, with a little chance of the run. */
const answers = (top1: number, name: string): Uint8Array => {
  const [hard, chance] = [randomFrom('hardness'), randomFrom(name)];
  const scores = Array.from({ length: N }, (_, i) => [hard.unit() + 0.3 * chance.unit(), i] as const);
  const right = new Set(
    scores
      .sort((a, b) => a[0] - b[0])
      .slice(0, Math.round((top1 / 100) * N))
      .map(([, i]) => i),
  );
  return Uint8Array.from({ length: N }, (_, i) => Number(right.has(i)));
};

export const runOf = ({ criterion, top1, seed = 0, by = null, prune = {}, over }: Given): RunRecord => {
  const recipe = {
    criterion,
    regularizer: null,
    scope: 'global',
    prune: { solve: 'first-crossing', steps: 20, ...prune },
  };
  return {
    run: `${criterion}/${seed}/${by ?? 'project'}/${JSON.stringify(prune)}`,
    submission: by && `${by}/${criterion}`,
    submitter: by === null ? null : { id: by, name: by },
    label: criterion,
    division: 'closed',
    recipe,
    recipeHash: JSON.stringify(recipe),
    provenance: by === null ? 'shipped' : 'measured',
    target: { axis: 'macs', value: 2, label: '2x' },
    seed,
    achieved: 2,
    flags: [],
    metrics: [{ id: 'top1', phase: 'finetuned', value: top1, n: N }],
    params: { base: 2, left: 1 },
    macs: { pure: { base: 2, left: 1 }, published: { base: 2, left: 1 } },
    latency: null,
    machine: 'm',
    protocol: 'classification/2',
    splitHash: 'split',
    seconds: 1,
    stepSeconds: null,
    epochSeconds: null,
    finishedAt: by === null ? '2026-01-01T00:00:00Z' : '2026-02-01T00:00:00Z',
    correct: unpackBits(packBits(answers(top1, `${criterion}/${seed}`)), N),
    ...over,
  };
};

export const threeSeeds = (criterion: string, values: readonly [number, number, number], rest: Partial<Given> = {}) =>
  values.map((top1, seed) => runOf({ criterion, top1, seed, ...rest }));

export const SUITE = [
  ...threeSeeds('good', [88, 88.3, 87.8]),
  ...threeSeeds('as-good', [87.8, 88.1, 87.9]),
  ...threeSeeds('fair', [84, 84.4, 83.9]),
  ...threeSeeds('random', [78, 78.5, 77.6]),
];
