/** How a base model is trained on an installation: one cycle of the learning rate over a few epochs. */
import type { Training } from '@topiary/contracts';
import { lacksOfModel } from '@topiary/zoo/catalogue';
import { DENSE } from '../dense/recipes.js';

/** Of the steps so many bring the rate up; the others bring it down to 0 as a cosine. */
const RISING = 0.25;

/** SGD as the shipped networks have it, at a higher peak, which one cycle bears; AdamW without batch normalisation. */
export const cycleOf = (model: string, steps: number): Training => {
  const isPlain = lacksOfModel(model).includes('batch-norm');
  const training = isPlain ? DENSE['convnext-micro']! : { ...DENSE['resnet-tiny']!, lr: 0.2 };
  return { ...training, steps, warmup: Math.max(1, Math.round(RISING * steps)) };
};
