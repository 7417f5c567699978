/** What a classifier is trained by: labels, a teacher, or labels that it draws itself. */
import { crossEntropy, distilled, type Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { graphOf, type Pipeline } from '@topiary/pipeline';

export const isMixed = ({ mixup, cutmix }: Training): boolean => mixup > 0 || cutmix > 0;

/** The teacher of a distillation. */
export const TEACHER = 'base';

export const lossOf = (settings: Training | null, teachers: Readonly<Record<string, Pipeline>> = {}): Loss => {
  if (settings === null) return crossEntropy();
  const { distillation: kind, distillationWeight: weight, temperature, labelSmoothing } = settings;
  const labels = crossEntropy({ labelSmoothing, mixed: isMixed(settings) });
  const teacher = teachers[TEACHER];
  if (kind === 'none' || teacher === undefined) return labels;
  return distilled(labels, { teacher: graphOf(teacher), kind, weight, temperature });
};
