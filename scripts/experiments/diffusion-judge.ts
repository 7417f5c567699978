/**
 * What experiments on diffusion judge by: the noise error of test pictures, which no network here was trained on, and what the
 * pictures are worth that a pipeline draws from a bank of noise of its own, beside those of the base.
 */
import type { Pipeline } from '@topiary/pipeline';
import {
  bankErrors,
  type Compute,
  DiffusionSettings,
  drawSamples,
  frechetDistance,
  judge,
  momentsOf,
  noiseSchedule,
  readCritic,
  relativeDistance,
  respaced,
  type SampleSettings,
  samplerOf,
} from '@topiary/tasks';
import { Shapes16 } from '@topiary/zoo';

/** Of shapes16. */
const [DIMS, CLASSES] = [[1, 16, 16] as const, 10];
const SIZE = 256;
const BATCH = 250;

export interface Judged {
  readonly samples: number;
  readonly frechet: number;
  /** Percent. */
  readonly consistency: number;
  /** To the base's pictures from the same noise. */
  readonly relL2: number;
}

/** How a pipeline is sampled: as the base's settings say, or as it asks itself. */
export const settingsOf = ({ schedule: { settings = {} } }: Pipeline, own: DiffusionSettings): SampleSettings => {
  const { predicts, clip, betas, length, steps, sampler, guidance } = DiffusionSettings.parse({ ...own, ...settings });
  const schedule = respaced(noiseSchedule(betas, length), steps);
  const said = { predicts, clip: clip ? ([-1, 1] as const) : null };
  return { ...said, schedule, sampler: samplerOf(sampler), guidance, classes: CLASSES, dims: DIMS };
};

/** The first pictures of a bank are compared with the base's, as many as the distance needs to be known well. */
const COMPARED = 500;

/** The base's pictures of a bank are drawn once. */
export const judgeOf = (
  base: Pipeline,
  compute: Compute,
  {
    samples,
    critic: hash,
    settings,
  }: { readonly samples: number; readonly critic: string; readonly settings: unknown },
) => {
  const critic = readCritic(hash);
  const own = DiffusionSettings.parse(settings);
  const references = new Map<number, Promise<Float32Array>>();
  const draw = (pipeline: Pipeline, bank: number, count = samples) =>
    drawSamples(
      pipeline,
      compute,
      { settings: settingsOf(pipeline, own), batch: BATCH },
      { count, bank, progress: () => undefined },
    );
  const compared = Math.min(COMPARED, samples);
  return async (pipeline: Pipeline, bank: number): Promise<Judged> => {
    const reference = references.get(bank) ?? draw(base, bank, compared);
    references.set(bank, reference);
    const pictures = await draw(pipeline, bank);
    const { features, width, guesses } = await judge(critic, pictures, DIMS, compute);
    const right = guesses.reduce((sum, guess, i) => sum + Number(guess === i % CLASSES), 0);
    return {
      samples,
      frechet: frechetDistance(momentsOf(features, width), critic.reference),
      consistency: (100 * right) / samples,
      relL2: relativeDistance(pictures.subarray(0, compared * SIZE), await reference, SIZE),
    };
  };
};

/** Of the bank of noised test pictures: the first ones of the board's own. */
const EXAMPLES = 500;

export interface Errors {
  /** The mean over pictures. */
  readonly noiseError: number;
  /** By picture: float32 in base64. */
  readonly errors: string;
}

/** As the board judges, on fewer pictures; `steps`: of a sampling, into as many stretches the diffusion is cut. */
export const noiseErrors = async (
  pipeline: Pipeline,
  compute: Compute,
  { settings, steps }: { readonly settings: DiffusionSettings; readonly steps: number },
): Promise<Errors> => {
  const { test } = await Shapes16.open({ dataDir: '' });
  const { betas, length, predicts } = settings;
  const bank = { schedule: noiseSchedule(betas, length), predicts, steps, batch: BATCH };
  const errors = await bankErrors(pipeline, { split: test, from: 'test', examples: EXAMPLES }, bank, compute);
  const noiseError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { noiseError, errors: Buffer.from(errors.buffer, errors.byteOffset, errors.byteLength).toString('base64') };
};
