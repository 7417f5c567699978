/** The training loop: what it asks for and tells at each step, and where it ends. */
import { constant } from '@topiary/autodiff';
import { Trainer, train } from '@topiary/runtime';
import { expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BATCH, OPTIONS } from './_trainings.js';

it('asks for a batch and tells what came of it, step by step, with the rate of each', async () => {
  const trainer = await Trainer.create(smallResnet(), OPTIONS);
  const told: [number, number][] = [];
  const asked: number[] = [];
  const { losses } = await train(trainer, {
    steps: 4,
    schedule: (i) => 0.1 / (i + 1),
    batch: (i) => {
      asked.push(i);
      return smallBatch(BATCH, i);
    },
    onStep: ({ step, lr }) => told.push([step, lr]),
  });
  expect(asked).toEqual([0, 1, 2, 3]);
  expect(told).toEqual(asked.map((i) => [i + 1, 0.1 / (i + 1)]));
  expect(losses.every((loss) => loss > 0)).toBe(true);
  await trainer.release();
});

it('ends before the next step where it is stopped', async () => {
  const trainer = await Trainer.create(smallResnet(), OPTIONS);
  const stop = new AbortController();
  const run = train(trainer, {
    steps: 8,
    schedule: constant(0.01),
    batch: (i) => smallBatch(BATCH, i),
    signal: stop.signal,
    onStep: ({ step }) => {
      if (step === 3) stop.abort();
    },
  });
  await expect(run).rejects.toMatchObject({ details: { where: 'training step 4 of 8' } });
  await trainer.release();
});
