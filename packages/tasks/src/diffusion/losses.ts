/** What a denoiser is trained by, by what its task says of it: the same here and in the process of an uploaded network. */
import type { Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { graphOf, type Pipeline } from '@topiary/pipeline';
import { z } from 'zod';
import { distilledNoise } from './distilled.js';
import { denoisingLoss } from './loss.js';
import { noiseSchedule } from './noise-schedule.js';
import { DiffusionSettings } from './settings.js';

const Facts = DiffusionSettings.pick({ predicts: true, betas: true, length: true }).extend({
  classes: z.number().int(),
});

/** The teacher of a distillation, as methods name it. */
const TEACHER = 'base';

/** Noise is a number, not a class: a teacher's decision would be what it says. */
export const lossOf = (
  training: Training | null,
  teachers: Readonly<Record<string, Pipeline>> = {},
  facts: Readonly<Record<string, unknown>> = {},
): Loss => {
  const { predicts, betas, length, classes } = Facts.parse(facts);
  const noise = denoisingLoss({ schedule: noiseSchedule(betas, length), predicts, classes });
  const teacher = teachers[TEACHER];
  if (training === null || training.distillation === 'none' || teacher === undefined) return noise;
  return distilledNoise(noise, { teacher: graphOf(teacher), weight: training.distillationWeight });
};
