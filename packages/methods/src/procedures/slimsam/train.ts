/** Trains a slimmer network towards what its teachers say: batches, rate, and how much inner values count at each step. */
import { type LossGraph, parametersAs } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { type Graph, scalar } from '@topiary/onnx';
import { type Feeds, split } from '@topiary/pipeline';
import type { ProcedureContext } from '../_procedure.js';
import { optimizerOf, scheduleOf } from '../_training-parts.js';
import { ALPHA, STUDENT } from './alignment.js';

/** In this share of the steps inner values count, too: 10 of 40 epochs. */
const EARLY = 0.25;
const POINTS = 100;

export interface Alignment {
  readonly stage: string;
  readonly loss: LossGraph;
  /** Of the loss, where it has one; `early`: how many steps inner values may count. */
  readonly alpha: ((step: number, early: number) => number) | null;
  readonly training: Training;
  readonly seed: number;
}

/** Only what the network itself reads: labels and prompts stay where they are. */
const ownInputs = ({ inputs }: Graph, feeds: Feeds): Feeds =>
  Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]!]));

/** The student after its training. */
export const aligned = (context: ProcedureContext, student: Graph, request: Alignment): Promise<Graph> =>
  context.stage(request.stage, async (progress) => {
    const { stage, loss, alpha, training, seed } = request;
    const { steps, batch, weightDecay, clip, ema } = training;
    const early = Math.round(EARLY * steps);
    const trainer = await context.lossTrainer(loss, {
      optimizer: optimizerOf(training),
      parameters: parametersAs(STUDENT, student),
      weightDecay,
      clip,
      ema,
    });
    const pipeline = split(student, context.pipeline);
    const batches = context.task.batches(pipeline, { from: 'train', batch, steps, seed, training });
    const every = Math.max(1, Math.floor(steps / POINTS));
    try {
      await context.fit(trainer, {
        steps,
        schedule: scheduleOf(training),
        batch: async (step) => {
          await context.pause();
          const feeds = ownInputs(student, (await batches.next()).value!);
          return alpha === null ? feeds : { ...feeds, [ALPHA]: scalar(alpha(step, early)) };
        },
        onStep: ({ step, loss: value, metrics, skipped }) => {
          progress(step / steps);
          if (skipped || step % every !== 0) return;
          context.point(stage, `${stage}-loss`, step, value);
          for (const [name, part] of Object.entries(metrics)) context.point(stage, `${stage}-${name}`, step, part);
        },
      });
      return trainer.fill(student, STUDENT, { average: ema > 0 });
    } finally {
      await trainer.release();
    }
  });
