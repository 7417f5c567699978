/** TinyFusion on the small diffusion transformer: half of its blocks. */
import type { DifferenceClaim, Side } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const DEEPER =
  'At least 24 blocks that are redundant in a row, as in a network trained to convergence: of twelve, no six are.';

const METRICS = [
  ['noiseError', 'noise error'],
  ['frechet', 'Fréchet distance'],
] as const;

const side = (method: string, value: string): Side => ({ where: { method }, value });

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

const MASKS = ['learned', 'oracle', 'shortgpt', 'sensitivity', 'minimum-loss', 'first-half', 'random'];

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
    {
      kind: 'correlation',
      id: 'calibration',
      says: 'The loss right after the cut says little of the error after fine-tuning: their rank correlation over masks is below 0.9',
      needs: 'More masks, or a deeper network whose masks differ more.',
      where: MASKS.map((method) => ({ method })),
      of: 'kept',
      values: ['calibration', 'noiseError'],
      expects: 0.9,
    },
    ...below('order', 'learned', 'oracle', 'learned below the oracle’s pairs'),
    ...below('order', 'learned', 'shortgpt', 'learned below ShortGPT'),
    ...below('order', 'learned', 'sensitivity', 'learned below sensitivity'),
    ...below('order', 'learned', 'minimum-loss', 'learned below the least loss after the cut'),
    ...below('order', 'learned', 'random', 'learned below chance'),
    ...below('order', 'learned', 'scratch', 'learned below training from scratch'),
    ...below('distillation', 'learned-features', 'learned', 'taught by features below taught by pictures alone'),
  ],
};
