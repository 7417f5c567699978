/** Learning-to-Cache on the small diffusion transformer. */
import type { DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const METRICS = [
  ['frechet', 'Fréchet distance'],
  ['relL2', 'distance to the base’s samples'],
] as const;

/** At as many MACs of a trajectory: the router beside fewer steps, and beside as many sub-layers chosen otherwise. */
const RIVALS: readonly (readonly [speedup: number, rival: string, asked: number, words: string])[] = [1.3, 1.6].flatMap(
  (speedup): [number, string, number, string][] => [
    [speedup, 'ddim', speedup === 1.3 ? 15 : 12, 'fewer steps'],
    [speedup, 'random', speedup, 'as many sub-layers by chance'],
    [speedup, 'top', speedup, 'as many from the top'],
    [speedup, 'bottom', speedup, 'as many from the bottom'],
  ],
);

const side = (method: string, asked: number, value: string): Side => ({
  where: { part: 'reuse', method, asked },
  value,
});

const claims: readonly DifferenceClaim[] = METRICS.flatMap(([value, title]) =>
  RIVALS.map(([speedup, rival, asked, words]) => ({
    kind: 'difference',
    id: value,
    says: `${title} at ${speedup}x: the learned router below ${words}`,
    needs:
      'A network that needs its steps: this one draws nearly as well in twelve as in twenty, so that little is left to reuse.',
    first: side('learned', speedup, value),
    second: side(rival, asked, value),
    expects: 'below',
  })),
);

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
  claims,
};
