/** Remix-DiT on the small diffusion transformer: experts mixed of bases, beside training on for as many steps. */
import type { DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const FLAT =
  'A base that training on hardly improves, and 100,000 steps from there: gains in the paper are 3 to 12 % then.';

const MIXED = [
  ['remix-4-20', 'four bases, twenty experts'],
  ['remix-4-4', 'four bases, four experts'],
  ['independent-4', 'four experts of their own'],
] as const;

/** From the noisiest on: the tenth of timesteps from 0 on is the last. */
const CLEANEST = 9;
const TENTHS = Array.from({ length: CLEANEST }, (_, tenth) => tenth);

const below = (method: string, words: string, at: string, where: string): DifferenceClaim => ({
  kind: 'difference',
  id: where,
  says: `Noise error ${where}: ${words} below training on for as many steps`,
  needs: FLAT,
  first: { where: { method }, value: `apart.${at}.mean`, error: `apart.${at}.error` },
  second: null,
  expects: 'below',
});

const side = (method: string): Side => ({ where: { method }, value: 'mean', answers: 'errors' });

/** The order of the paper: mixtures share what experts alone must each learn. */
const shared: DifferenceClaim = {
  ...{ kind: 'difference', id: 'over all timesteps', expects: 'below', needs: FLAT },
  says: 'Noise error over all timesteps: four bases, twenty experts below four experts of their own',
  first: side('remix-4-20'),
  second: side('independent-4'),
};

/** Half a percent of the error: what the paper begins with hardly learns any more. */
const flat: DifferenceClaim = {
  ...{ kind: 'difference', id: 'flat', expects: 'near', margin: 1e-4, second: null },
  says: 'Noise error over all timesteps: training on changes it by less than 0.0001, so that nothing is left for it to learn',
  needs: 'A base that was trained for longer.',
  first: { where: { method: 'continued' }, value: 'since.mean', error: 'since.error' },
};

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
    flat,
    ...MIXED.map(([method, words]) => below(method, words, 'all', 'over all timesteps')),
    shared,
    ...MIXED.map(([method, words]) => below(method, words, `deciles.${CLEANEST}`, 'in the cleanest tenth')),
    ...TENTHS.map((tenth) =>
      below(
        'remix-4-20',
        'four bases, twenty experts',
        `deciles.${tenth}`,
        `from ${100 * (CLEANEST - tenth)} steps on`,
      ),
    ),
  ],
};
