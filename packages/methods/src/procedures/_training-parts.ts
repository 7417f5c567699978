/** What the words of a training mean: the optimiser and the schedule that they name. */
import { adamw, constant, cosine, type Optimizer, type Schedule, sgd, step, warmup } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';

type Makers<Word extends string, T> = Readonly<Record<Word, T>>;

const optimizers: Makers<Training['optimizer'], (settings: Training) => Optimizer> = {
  sgd: ({ momentum }) => sgd({ momentum }),
  adamw: () => adamw(),
};

export const optimizerOf = (settings: Training): Optimizer => optimizers[settings.optimizer](settings);

/** `steps` are those after the warm-up. */
const schedules: Makers<Training['schedule'], (lr: number, steps: number) => Schedule> = {
  constant: (lr) => constant(lr),
  cosine: (lr, steps) => cosine({ lr, steps }),
  // ×0.1 at 60 % and 80 %, as the CIFAR recipes have it (60 and 80 of 100 epochs)
  step: (lr, steps) => step({ lr, milestones: [Math.round(0.6 * steps), Math.round(0.8 * steps)] }),
};

export const scheduleOf = ({ schedule, lr, steps, warmup: rising }: Training): Schedule =>
  warmup({ lr, steps: rising, next: schedules[schedule](lr, Math.max(1, steps - rising)) });
