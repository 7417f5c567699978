/** What a detector is trained by. */
import type { Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { detectionLoss } from './loss/detection-loss.js';

const asked = (settings: Training): string | null => {
  if (settings.distillation !== 'none') return `distillation ${settings.distillation}`;
  if (settings.labelSmoothing > 0) return `label smoothing ${settings.labelSmoothing}`;
  if (settings.mixup > 0) return `mixup ${settings.mixup}`;
  return settings.cutmix > 0 ? `cutmix ${settings.cutmix}` : null;
};

/** What a recipe may ask of a classifier has no meaning here, and is refused. */
export const lossOf = (settings: Training | null): Loss => {
  const extra = settings && asked(settings);
  if (!extra) return detectionLoss();
  throw new TopiaryError('TOPIARY_TASKS_CANNOT_SERVE', {
    where: 'training of a detector',
    expected: 'no distillation, label smoothing, mixup or cutmix',
    got: extra,
  });
};
