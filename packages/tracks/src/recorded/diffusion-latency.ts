/** Whether the latency of a sampling follows its MACs, and whether methods add up. */
import type { RatioClaim } from '@topiary/stats';
import type { RecordedExperiment } from './_experiment.js';

const FIXED = 'Larger networks: what does not shrink with the MACs is a larger share of a small one’s time.';
const SIZES = [1, 16];

/** As `diffusion-latency.ts` names them. */
const PIPELINES = [
  'a quarter reused',
  'half reused',
  'all reused',
  'reused as learned, 1.33x',
  'reused as learned, 1.67x',
  'half of the blocks',
];

const follows = (pipeline: string, examples: number): RatioClaim => ({
  ...{ kind: 'ratio', id: 'follows', expects: 'near', margin: 0.15, needs: FIXED },
  says: `Latency of ${examples} at a time follows MACs within 15 %: ${pipeline}`,
  where: { pipeline, examples, steady: true },
  values: ['faster', 'fewerMacs'],
});

const together = (examples: number): RatioClaim => ({
  ...{ kind: 'ratio', id: 'together', expects: 'below', margin: 0, needs: FIXED },
  says: `Half of the blocks, half reused, on two lanes as one recipe: ${examples} at a time take less than with the best one alone`,
  where: { pipeline: 'all three', examples, steady: true },
  values: ['bestAlone', 'faster'],
});

export const DiffusionLatency: RecordedExperiment = {
  id: 'diffusion-latency',
  title: 'Latency of one sampling beside its MACs',
  board: 'diffusion.dit-tiny.shapes16',
  paper: 'https://arxiv.org/abs/2406.01733',
  file: 'diffusion-latency',
  command: 'npx tsx scripts/experiments/diffusion-latency.ts',
  network: 'teacher',
  most: [],
  seed: 'examples',
  paired: true,
  digits: 2,
  claims: SIZES.flatMap((examples) => [...PIPELINES.map((one) => follows(one, examples)), together(examples)]),
};
