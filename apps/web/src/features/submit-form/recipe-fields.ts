/** The fields of a recipe that belong to no method, described like method parameters; a test holds them to the API's schema. */

import type { FieldDescription } from './fields.js';
import { t } from './words.js';

type Named = 'solve' | 'protection' | 'roundTo' | 'steps' | 'batches';
type Tuned = 'steps' | 'batch' | 'optimizer' | 'lr' | 'momentum' | 'weightDecay' | 'schedule';

const prune = (id: Named, rest: Omit<FieldDescription, 'id' | 'title' | 'meaning'>): FieldDescription => ({
  id,
  title: t(`prune.${id}`),
  meaning: t(`prune.${id}.meaning`),
  ...rest,
});

const tune = (id: Tuned, rest: Omit<FieldDescription, 'id' | 'title' | 'meaning'>): FieldDescription => ({
  id,
  title: t(`finetune.${id}`),
  meaning: t(`finetune.${id}.meaning`),
  ...rest,
});

export const PRUNE_FIELDS: readonly FieldDescription[] = [
  prune('solve', { type: 'choice', choices: ['bisect', 'first-crossing'], default: null }),
  prune('protection', { type: 'number', min: 0, max: 0.95, default: 0.1 }),
  prune('roundTo', { type: 'integer', min: 1, max: 64, default: 1 }),
  prune('steps', { type: 'integer', min: 1, max: 400, default: 8 }),
  prune('batches', { type: 'integer', min: 1, max: 64, default: 4 }),
];

export const FINETUNE_FIELDS: readonly FieldDescription[] = [
  tune('steps', { type: 'integer', min: 0, max: 100_000, default: null }),
  tune('batch', { type: 'integer', min: 1, max: 1024, default: 128 }),
  tune('optimizer', { type: 'choice', choices: ['sgd'], default: 'sgd' }),
  tune('lr', { type: 'number', min: 0, max: 10, default: 0.01 }),
  tune('momentum', { type: 'number', min: 0, max: 0.999, default: 0.9 }),
  tune('weightDecay', { type: 'number', min: 0, max: 1, default: 5e-4 }),
  tune('schedule', { type: 'choice', choices: ['constant', 'cosine', 'step'], default: 'cosine' }),
];
