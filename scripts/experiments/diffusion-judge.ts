/**
 * What experiments on diffusion judge by: the noise error of test pictures, which no network here was trained on, and what the
 * pictures are worth that a pipeline draws from a bank of noise of its own, beside those of the base.
 */
import type { Pipeline } from '@topiary/pipeline';
import { mean } from '@topiary/stats';
import {
  type Bank,
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
import { Shapes16, type Split } from '@topiary/zoo';
import { textOfFloats } from './results.js';

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

/** Drawn once: it takes seconds. */
let drawn: Promise<Split> | null = null;

/** The first pictures of the board's bank; `steps`: into so many stretches the diffusion is cut. */
export const testBank = async (
  { betas, length, predicts }: DiffusionSettings,
  { steps, examples }: { readonly steps: number; readonly examples: number },
) => {
  drawn ??= Shapes16.open({ dataDir: '' }).then(({ test }) => test);
  const shown = { split: await drawn, from: 'test', examples } as const;
  return [shown, { schedule: noiseSchedule(betas, length), predicts, steps, batch: BATCH } satisfies Bank] as const;
};

export interface Errors {
  /** The mean over pictures. */
  readonly noiseError: number;
  /** By picture: float32 in base64. */
  readonly errors: string;
}

/** As the board judges, on fewer pictures. */
export const noiseErrors = async (
  pipeline: Pipeline,
  compute: Compute,
  { settings, steps }: { readonly settings: DiffusionSettings; readonly steps: number },
): Promise<Errors> => {
  const [shown, bank] = await testBank(settings, { steps, examples: 500 });
  const errors = await bankErrors(pipeline, shown, bank, compute);
  return { noiseError: mean(errors), errors: textOfFloats(errors) };
};
