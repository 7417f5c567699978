/** What a diffusion model says of itself, and what a protocol asks of its judgement. */
import { TopiaryError } from '@topiary/errors';
import type { Pipeline } from '@topiary/pipeline';
import { z } from 'zod';
import { checkSteps } from './sample.js';
import { SAMPLER_IDS } from './samplers.js';

export const DiffusionSettings = z.object({
  /** What comes out of the network. */
  predicts: z.enum(['noise', 'velocity']).default('noise'),
  /** How noise grows over the steps that it was trained on. */
  betas: z.enum(['linear', 'scaled-linear']).default('linear'),
  length: z.number().int().min(2).default(1000),
  sampler: z.enum(SAMPLER_IDS).default('ddim'),
  /** Steps of a sampling. */
  steps: z.number().int().min(2).default(20),
  /** ε̂ = ε_none + s (ε_class - ε_none); 1: none. */
  guidance: z.number().min(0).default(1.5),
  /** Guesses of pictures end at the range that pictures have; latents have none. */
  clip: z.boolean().default(true),
  /** Share of the classes that training keeps from the network. */
  dropout: z.number().min(0).max(1).default(0.1),
});
export type DiffusionSettings = z.output<typeof DiffusionSettings>;

/** What a pipeline may ask for in the place of its base's settings; everything else is the same for every row. */
const Asked = DiffusionSettings.pick({ steps: true, sampler: true }).partial().strict();

const withAsked = ({ schedule }: Pipeline, settings: DiffusionSettings): DiffusionSettings => {
  const asked = Object.entries(schedule.settings ?? {});
  if (asked.length === 0) return settings;
  const parsed = Asked.safeParse(schedule.settings);
  if (parsed.success) {
    const own = asked.map(([name]) => [name, parsed.data[name as keyof typeof parsed.data]]);
    return { ...settings, ...Object.fromEntries(own) };
  }
  const [issue] = parsed.error.issues;
  const where = ['the settings of the schedule', ...issue!.path.map(String)].join('.');
  const got = asked.map(([name, value]) => `${name} ${value}`).join(', ');
  throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', { where, expected: issue!.message, got });
};

/** The base's settings with what a pipeline asks for; a schedule for another number of steps than these is refused. */
export const settingsFor = (pipeline: Pipeline, settings: DiffusionSettings): DiffusionSettings => {
  const own = withAsked(pipeline, settings);
  checkSteps(pipeline, own.steps);
  return own;
};

export const DiffusionOptions = z.object({
  /** Hash of the classifier that judges samples. */
  critic: z.string(),
  /** Samples behind a Fréchet distance, and those of them that are compared with the base's. */
  samples: z.number().int().min(2),
  compared: z.number().int().min(1),
  /** Pictures of the bank of noised ones. */
  bank: z.number().int().min(1),
});
export type DiffusionOptions = z.output<typeof DiffusionOptions>;
