/** The fields of a recipe that belong to no method, described like method parameters; a test holds them to the API's schema. */

import type { PruneDefaults, Training } from '@topiary/contracts';
import type { FieldDescription } from './fields.js';
import { t } from './words.js';

type Named = 'solve' | 'protection' | 'roundTo' | 'heads' | 'steps' | 'batches';

const prune = (id: Named, rest: Omit<FieldDescription, 'id' | 'title' | 'meaning'>): FieldDescription => ({
  id,
  title: t(`prune.${id}`),
  meaning: t(`prune.${id}.meaning`),
  ...rest,
});

const train = (
  id: keyof Training,
  rest: Omit<FieldDescription, 'id' | 'title' | 'meaning' | 'default'>,
): FieldDescription => ({
  id,
  title: t(`training.${id}`),
  meaning: t(`training.${id}.meaning`),
  default: null,
  ...rest,
});

export const PRUNE_FIELDS: readonly FieldDescription[] = [
  prune('solve', { type: 'choice', choices: ['bisect', 'first-crossing'], default: null }),
  prune('protection', { type: 'number', min: 0, max: 0.95, default: 0.1 }),
  prune('roundTo', { type: 'integer', min: 1, max: 64, default: 1 }),
  prune('heads', { type: 'boolean', default: false }),
  prune('steps', { type: 'integer', min: 1, max: 400, default: null }),
  prune('batches', { type: 'integer', min: 1, max: 64, default: 4 }),
];

/** The same with a board's own solver as default. */
export const pruneFields = (board: PruneDefaults | undefined): readonly FieldDescription[] => {
  const usual: Readonly<Record<string, FieldDescription['default']>> = {
    solve: board?.solve ?? null,
    steps: board?.steps ?? null,
  };
  return PRUNE_FIELDS.map((field) => ({ ...field, default: usual[field.id] ?? field.default }));
};

/** Of both trainings. What is left empty, the board decides. */
export const TRAINING_FIELDS: readonly FieldDescription[] = [
  train('steps', { type: 'integer', min: 0, max: 100_000 }),
  train('batch', { type: 'integer', min: 1, max: 1024 }),
  train('optimizer', { type: 'choice', choices: ['sgd', 'adamw'] }),
  train('lr', { type: 'number', min: 0, max: 10 }),
  train('schedule', { type: 'choice', choices: ['constant', 'cosine', 'step'] }),
  train('warmup', { type: 'integer', min: 0, max: 100_000 }),
  train('momentum', { type: 'number', min: 0, max: 0.999 }),
  train('weightDecay', { type: 'number', min: 0, max: 1 }),
  train('clip', { type: 'number', min: 0, max: 1000 }),
  train('ema', { type: 'number', min: 0, max: 0.99999 }),
  train('labelSmoothing', { type: 'number', min: 0, max: 0.9 }),
  train('mixup', { type: 'number', min: 0, max: 2 }),
  train('cutmix', { type: 'number', min: 0, max: 2 }),
  train('distillation', { type: 'choice', choices: ['none', 'soft', 'hard'] }),
  train('distillationWeight', { type: 'number', min: 0, max: 1 }),
  train('temperature', { type: 'number', min: 0.1, max: 20 }),
];

/** The same with a board's own values as defaults. */
export const trainingFields = (board: Training | undefined): readonly FieldDescription[] =>
  TRAINING_FIELDS.map((field) => ({ ...field, default: board?.[field.id as keyof Training] ?? null }));
