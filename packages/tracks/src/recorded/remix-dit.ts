/** Remix-DiT on the small diffusion transformer: experts mixed of bases, beside training on for as many steps. */
import type { DifferenceClaim } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const FLAT =
  'A base that training on hardly improves, and 100,000 steps from there: gains in the paper are 3 to 12 % then.';

const MIXED = [
  ['remix-4-20', 'four bases, twenty experts'],
  ['remix-4-4', 'four bases, four experts'],
  ['independent-4', 'four experts of their own'],
] as const;

/** From the noisiest on. */
const CLEANEST = 9;

const below = (method: string, words: string, at: string, where: string): DifferenceClaim => ({
  kind: 'difference',
  id: where,
  says: `Noise error ${where}: ${words} below training on for as many steps`,
  needs: FLAT,
  first: { where: { method }, value: `apart.${at}.mean`, error: `apart.${at}.error` },
  second: null,
  expects: 'below',
});

export const RemixDit: RecordedExperiment = {
  id: 'remix-dit',
  title: 'Remix-DiT: experts for intervals of timesteps',
  board: 'diffusion.dit-tiny.shapes16',
  paper: 'https://arxiv.org/abs/2412.05628',
  file: 'remix-dit',
  command: 'npx tsx scripts/experiments/remix-dit.ts',
  network: 'teacher',
  most: ['pictures', 'steps'],
  seed: 'seed',
  paired: true,
  digits: 6,
  claims: [
    ...MIXED.map(([method, words]) => below(method, words, 'all', 'over all timesteps')),
    ...MIXED.map(([method, words]) => below(method, words, `deciles.${CLEANEST}`, 'in the cleanest tenth')),
  ],
};
