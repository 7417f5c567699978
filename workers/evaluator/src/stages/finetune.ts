/** Fine-tune: the board's budget of training steps, the same for every method. */
import { constant, cosine, crossEntropy, type Schedule, sgd, step } from '@topiary/autodiff';
import type { Finetune } from '@topiary/contracts';
import { assertNever } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, Trainer, train } from '@topiary/runtime';
import { batches } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

/** At most this many points of a curve are kept; longer trainings are averaged over neighbours. */
const POINTS = 500;

const scheduleOf = ({ schedule, lr }: Finetune, steps: number): Schedule => {
  switch (schedule) {
    case 'constant':
      return constant(lr);
    case 'cosine':
      return cosine({ lr, steps });
    case 'step':
      // ×0.1 at 60 % and 80 %, as the CIFAR recipes have it (60 and 80 of 100 epochs)
      return step({ lr, milestones: [Math.round(0.6 * steps), Math.round(0.8 * steps)] });
    default:
      return assertNever(schedule);
  }
};

/** Averages neighbouring points, so that a curve of any length has at most `POINTS`. */
const averager = (steps: number, emit: (step: number, value: number) => void) => {
  const every = Math.max(1, Math.ceil(steps / POINTS));
  let [sum, n] = [0, 0];
  return (at: number, value: number) => {
    sum += value;
    n += 1;
    if (n < every && at < steps) return;
    emit(at, sum / n);
    [sum, n] = [0, 0];
  };
};

export const finetune = async (
  { compile, protocol, report, lock, signal, task }: RunContext,
  model: Graph,
  { train: split }: Data,
  settings: Finetune & { readonly steps: number },
  progress: (share: number) => void,
): Promise<Graph> => {
  const { steps, batch, momentum, weightDecay } = settings;
  const trainer = await Trainer.create(model, {
    ...compile,
    loss: crossEntropy(),
    optimizer: sgd({ momentum }),
    batch,
    weightDecay,
  });
  const source = batches(split, { batch, steps, seed: task.run.seed, augment: protocol.augment });
  const loss = averager(steps, (at, value) => report.point('finetune', 'loss', at, value));
  const accuracy = averager(steps, (at, value) => report.point('finetune', 'train-top1', at, value));
  try {
    const { seconds } = await train(trainer, {
      steps,
      schedule: scheduleOf(settings, steps),
      signal,
      batch: async () => {
        await lock.pause(signal);
        const { images, labels } = source.next().value!;
        return classificationFeeds(model, images, labels);
      },
      onStep: (result) => {
        loss(result.step, result.loss);
        accuracy(result.step, (100 * (result.metrics['correct'] ?? 0)) / batch);
        progress(result.step / steps);
      },
    });
    report.log(
      `${steps} steps of ${batch}: ${((1000 * seconds) / steps).toFixed(1)} ms a step on ${trainer.session.provider}`,
    );
    return trainer.export();
  } finally {
    await trainer.release();
  }
};
