/**
 * How far a penalty pulls over a whole training, and the strength that pulls as far as the reference does. Under SGD with
 * momentum m a constant pull λ moves a weight by
 *
 *   λ L,   L = Σ over steps of rate / (1 - m),
 *
 * so that a strength copied from a long training does next to nothing in a short one: PruningBench's 100 epochs of 391
 * steps have L = 2,432 and move a scale by 1.2 with λ = 5e-4, 200 steps by 0.005. At the reference's pace
 *
 *   λ' = λ L_ref / L,   δ' = δ (L_ref / L) (E_ref / E)
 *
 * for what grows by δ in each of E epochs. That leaves the network a few hundred steps to make up for what the reference does
 * to it in 39,100, and costs more than it brings; `auto` goes half the way on a logarithmic scale, the root of both factors.
 * AdamW divides by the size of the gradient and has no such length: `auto` leaves the strength as it is there, and
 * `reference` is refused.
 */
import type { Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { type Params, textOf } from '../../_method.js';
import type { Regularizer } from '../../regularizers/_regularizer.js';
import { scheduleOf } from '../_training-parts.js';

/** 50,000 pictures in batches of 128; the rate 0.01 is divided by ten after 60 and 80 epochs; momentum 0.9. */
const REFERENCE = { epochs: 100, length: (391 * (60 * 0.01 + 20 * 0.001 + 20 * 0.0001)) / (1 - 0.9) };

const lengthOf = (training: Training): number => {
  const rate = scheduleOf(training);
  let sum = 0;
  for (let i = 0; i < training.steps; i += 1) sum += rate(i);
  return sum / (1 - training.momentum);
};

/** The parameters that a training with a regularizer runs with; `epochs` is how many passes over the data it makes. */
export const paced = (
  { id, strengths }: Pick<Regularizer, 'id' | 'strengths'>,
  params: Params,
  training: Training,
  epochs: number,
): Params => {
  const pace = textOf(params, 'pace');
  if (pace === 'given' || (pace === 'auto' && training.optimizer !== 'sgd')) return params;
  if (training.optimizer !== 'sgd') {
    throw new TopiaryError('TOPIARY_METHODS_PARAMETER', {
      where: `params.regularizer.pace of ${id}`,
      expected: 'given while sparsify.optimizer is not sgd',
      got: `reference with ${training.optimizer}`,
    });
  }
  const share = REFERENCE.length / lengthOf(training);
  const scaled = strengths.map(({ parameter, grows }) => {
    const factor = grows ? (share * REFERENCE.epochs) / epochs : share;
    return [parameter, Number(params[parameter]) * (pace === 'auto' ? Math.sqrt(factor) : factor)] as const;
  });
  return { ...params, ...Object.fromEntries(scaled) };
};
