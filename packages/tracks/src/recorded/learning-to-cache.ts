/** Learning-to-Cache on the small diffusion transformer. */
import type { DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const METRICS = [
  ['frechet', 'Fréchet distance'],
  ['relL2', 'distance to the base’s samples'],
] as const;

/** Speed-ups, a hair above those of so many steps of 20: the router has no more MACs than they. */
const SPEEDUPS = [
  [1.3334, 15],
  [1.6667, 12],
] as const;

/** The router beside fewer steps, and beside as many sub-layers of each step chosen otherwise. */
const RIVALS: readonly (readonly [speedup: number, rival: string, asked: number, words: string])[] = SPEEDUPS.flatMap(
  ([speedup, steps]): [number, string, number, string][] => [
    [speedup, 'ddim', steps, `${steps} steps`],
    [speedup, 'dpm-solver++', steps, `${steps} steps of DPM-Solver++`],
    [speedup, 'random', speedup, 'as many sub-layers by chance'],
    [speedup, 'top', speedup, 'as many from the top'],
    [speedup, 'bottom', speedup, 'as many from the bottom'],
    [speedup, 'metric', speedup, 'as many that change least'],
  ],
);

const side = (method: string, asked: number, value: string): Side => ({
  where: { part: 'reuse', method, asked },
  value,
});

/** Another sampler's pictures are not to be those of the base's. */
const compares = (rival: string, value: string): boolean => rival !== 'dpm-solver++' || value !== 'relL2';

const rivals: readonly DifferenceClaim[] = METRICS.flatMap(([value, title]) =>
  RIVALS.filter(([, rival]) => compares(rival, value)).map(([speedup, rival, asked, words]) => ({
    kind: 'difference',
    id: value,
    says: `${title} at ${speedup.toFixed(2)}x: the learned router below ${words}`,
    needs:
      'A network that needs its steps: this one draws nearly as well in twelve as in twenty, so that little is left to reuse.',
    first: side('learned', speedup, value),
    second: side(rival, asked, value),
    expects: 'below',
  })),
);

const whatIsReused: readonly DifferenceClaim[] = SPEEDUPS.map(([speedup]) => ({
  kind: 'difference',
  id: 'reused',
  says: `Sub-layers that the router reuses at ${speedup.toFixed(2)}x: more in the noisier half of the sampling than in the cleaner`,
  needs: 'A longer sampling, whose noisy steps are more alike.',
  first: side('learned', speedup, 'halves.noisier'),
  second: side('learned', speedup, 'halves.cleaner'),
  expects: 'above',
}));

export const LearningToCache: RecordedExperiment = {
  id: 'learning-to-cache',
  title: 'Learning-to-Cache: what is reused is learned',
  board: 'diffusion.dit-tiny.shapes16',
  paper: 'https://arxiv.org/abs/2406.01733',
  file: 'diffusion',
  command: 'npx tsx scripts/experiments/diffusion.ts',
  network: 'teacher',
  most: ['samples'],
  seed: 'seed',
  paired: true,
  digits: 4,
  claims: [...rivals, ...whatIsReused],
};
