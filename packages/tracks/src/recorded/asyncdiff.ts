/** AsyncDiff on the small diffusion transformer: components on lanes, a step behind each other. */
import type { DifferenceClaim, RatioClaim, Side } from '@topiary/stats';
import { inOrder, type RecordedExperiment } from './_experiment.js';

const LONGER =
  'Longer samplings, in which the hidden states of neighbouring steps are more alike: 50 steps of a large network.';

const STEPS =
  'A network that needs its steps: papers do not compare with fewer of them, and this one hardly misses any.';

type Order = Pick<DifferenceClaim, 'id' | 'says' | 'needs'>;

interface Split {
  readonly components: number;
  readonly stride: number;
  readonly warmUp: number;
}

const row = (steps: number, split: Split, value = 'rel-l2'): Side & { readonly name: string } => ({
  where: { steps, taken: steps, samples: 100, ...split },
  value: `values.${value}`,
  name: `N ${split.components}, S ${split.stride}, w ${split.warmUp}`,
});

const split = (components: number, stride: number, warmUp = 1): Split => ({ components, stride, warmUp });

/** The longer everything is computed first, the nearer. */
const warmer = (order: Order, steps: number, components: number, stride: number): readonly DifferenceClaim[] =>
  inOrder(order, 'below', ...[steps / 2, 5, 1].map((warmUp) => row(steps, split(components, stride, warmUp))));

const at = (steps: number): readonly DifferenceClaim[] => {
  const [id, words] = [`${steps} steps`, `Distance to the base’s samples in ${steps} steps`];
  const about = { id, needs: LONGER };
  const order = { ...about, says: words };
  return [
    ...inOrder(order, 'below', row(steps, split(2, 1)), row(steps, split(3, 1)), row(steps, split(4, 1))),
    ...inOrder(order, 'below', row(steps, split(2, 1)), row(steps, split(2, 2))),
    ...inOrder(order, 'below', row(steps, split(3, 1)), row(steps, split(3, 2))),
    ...(steps === 100 ? [] : [...warmer(order, steps, 3, 2), ...warmer(order, steps, 2, 1)]),
  ];
};

/** Steps of the whole network that cost as much along the longest lane. */
const fewer = (steps: number, taken: number): DifferenceClaim => ({
  ...{ kind: 'difference', id: `${steps} steps`, expects: 'below', first: row(steps, split(2, 1)) },
  says: `Distance to the base’s samples in ${steps} steps: N 2 below ${taken} steps, which cost as much on the longest lane`,
  needs: STEPS,
  second: { ...row(steps, split(1, 1)), where: { steps, taken, samples: 100, components: 1 } },
});

const judged = (split: Split, taken: number): Side => ({
  where: { steps: 50, taken, samples: 10_000, ...split },
  value: 'values.frechet',
});

const WHOLE = split(1, 1);

/** What two lanes cost in quality: nearly nothing, and beside as many MACs of the longest lane by fewer steps. */
const free: readonly DifferenceClaim[] = [
  {
    ...{ kind: 'difference', id: 'free', expects: 'near', margin: 0.1, needs: LONGER },
    says: 'Fréchet distance in 50 steps: N 2, S 1 within 0.1 of the base',
    first: judged(split(2, 1), 50),
    second: judged(WHOLE, 50),
  },
  {
    ...{ kind: 'difference', id: 'free', expects: 'below', needs: STEPS },
    says: 'Fréchet distance: N 2, S 1 in 50 steps below 26 steps, which cost as much on the longest lane',
    first: judged(split(2, 1), 50),
    second: judged(WHOLE, 26),
  },
];

export const AsyncDiff: RecordedExperiment = {
  id: 'asyncdiff',
  title: 'AsyncDiff: components a step behind each other',
  board: 'diffusion.dit-tiny.shapes16',
  paper: 'https://arxiv.org/abs/2406.06911',
  file: 'asyncdiff',
  command: 'npx tsx scripts/experiments/asyncdiff.ts',
  network: 'teacher',
  most: [],
  seed: 'bank',
  paired: true,
  digits: 4,
  claims: [...at(50), ...at(20), ...at(100), ...free, fewer(50, 26), fewer(20, 11)],
};

const QUIET = 'Two cores that nobody else uses, and parts long enough that handing over costs little.';
const TWO = { components: 2, stride: 1, warmUp: 1 };

const faster = (batch: number): readonly RatioClaim[] =>
  (
    [
      ['baseP50Ms', 'one thread'],
      ['wholeP50Ms', 'two threads'],
    ] as const
  ).map(([beside, words]) => ({
    ...{ kind: 'ratio', id: 'wall clock', expects: 'below', needs: QUIET },
    says: `Wall clock of ${batch} at a time in 50 steps: two lanes below the whole network on ${words}`,
    where: { ...TWO, steps: 50, taken: 50, batch, isSteady: true },
    values: ['p50Ms', beside],
    margin: 0,
  }));

const promised = (batch: number): RatioClaim => ({
  ...{ kind: 'ratio', id: 'prediction', expects: 'near', margin: 0.15, needs: QUIET },
  says: `Gain of two lanes, ${batch} at a time in 50 steps, within 15 % of what MACs along the longest lane promise`,
  where: { ...TWO, steps: 50, taken: 50, batch, isSteady: true },
  values: ['faster', 'promised'],
});

export const AsyncDiffLatency: RecordedExperiment = {
  ...AsyncDiff,
  id: 'asyncdiff-latency',
  title: 'AsyncDiff on two cores',
  file: 'asyncdiff-latency',
  command: 'npx tsx scripts/experiments/asyncdiff-latency.ts',
  digits: 2,
  claims: [...faster(1), ...faster(16), promised(1), promised(16)],
};
