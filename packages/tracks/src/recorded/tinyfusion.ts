/** TinyFusion on the small diffusion transformer: half of its blocks. */
import type { CorrelationClaim, DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const DEEPER =
  'At least 24 blocks that are redundant in a row, as in a network trained to convergence: of twelve, no six are.';

const METRICS = [
  ['noiseError', 'noise error'],
  ['frechet', 'Fréchet distance'],
] as const;

const side = (method: string, value: string): Side => ({
  ...{ where: { method }, value },
  ...(value === 'noiseError' ? { answers: 'errors' } : {}),
});

const below = (id: string, first: string, second: string, words: string): DifferenceClaim[] =>
  METRICS.map(([value, title]) => ({
    kind: 'difference',
    id,
    says: `${title} after fine-tuning: ${words}`,
    needs: DEEPER,
    first: side(first, value),
    second: side(second, value),
    expects: 'below',
  }));

/** Under the seed of the masks by chance, so that all of them see the same batches. */
const SEED = 0;
const CHOSEN = ['learned', 'oracle', 'shortgpt', 'sensitivity', 'minimum-loss', 'first-half'];

export const TinyFusion: RecordedExperiment = {
  id: 'tinyfusion',
  title: 'TinyFusion: which half of the blocks stays is learned',
  board: 'diffusion.dit-tiny.shapes16',
  paper: 'https://arxiv.org/abs/2412.01199',
  file: 'diffusion-depth',
  command: 'npx tsx scripts/experiments/diffusion-depth.ts',
  network: 'teacher',
  most: ['samples', 'steps', 'search'],
  seed: 'seed',
  paired: true,
  digits: 4,
  claims: [
    ...METRICS.map(
      ([value, title]): CorrelationClaim => ({
        kind: 'correlation',
        id: 'calibration',
        says: `The loss right after the cut does not decide the ${title} after fine-tuning: their rank correlation over masks is below 0.9`,
        needs: 'More masks, or a deeper network whose masks differ more.',
        where: [{ method: 'mask' }, ...CHOSEN.map((method) => ({ method, seed: SEED }))],
        of: 'kept',
        values: ['calibration', value],
        expects: 0.9,
      }),
    ),
    ...below('order', 'learned', 'oracle', 'learned below the oracle’s pairs'),
    ...below('order', 'learned', 'shortgpt', 'learned below ShortGPT'),
    ...below('order', 'learned', 'sensitivity', 'learned below sensitivity'),
    ...below('order', 'learned', 'minimum-loss', 'learned below the least loss after the cut'),
    ...below('order', 'oracle', 'shortgpt', 'the oracle’s pairs below ShortGPT'),
    ...below('order', 'oracle', 'sensitivity', 'the oracle’s pairs below sensitivity'),
    ...below('order', 'oracle', 'minimum-loss', 'the oracle’s pairs below the least loss after the cut'),
    ...below('order', 'learned', 'random', 'learned below chance'),
    ...below('order', 'learned', 'scratch', 'learned below training from scratch'),
    ...below('distillation', 'learned-features', 'learned', 'taught by features below taught by pictures alone'),
  ],
};
