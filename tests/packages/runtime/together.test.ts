/** Several steps in one call of onnxruntime, against the same steps one by one. */
import { constant } from '@topiary/autodiff';
import { type Graph, toNumbers } from '@topiary/onnx';
import { type Step, type StepResult, Trainer, type TrainerOptions, train } from '@topiary/runtime';
import { buildModel, materialize, Resnet18 } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BATCH, OPTIONS, TRAININGS } from './_trainings.js';

/** Two calls of three, and one of one. */
const STEPS: readonly Step[] = Array.from({ length: 7 }, (_, i) => ({
  feeds: smallBatch(BATCH, i),
  lr: 0.05 / (i + 1),
}));

interface Trained {
  readonly results: readonly StepResult[];
  readonly values: ReadonlyMap<string, readonly number[]>;
}

const trained = async (graph: Graph, options: TrainerOptions): Promise<Trained> => {
  const trainer = await Trainer.create(graph, options);
  const results = await trainer.steps(STEPS);
  const values = new Map(trainer.training.carried.map(({ input }) => [input, toNumbers(trainer.value(input))]));
  await trainer.release();
  return { results, values };
};

describe('steps in one call', () => {
  it.each(TRAININGS)('give the same bits as steps one by one: %s', async (_name, build, options) => {
    const alone = await trained(build(), { ...OPTIONS, ...options, together: 1 });
    const together = await trained(build(), { ...OPTIONS, ...options, together: 3 });
    expect(together.results).toEqual(alone.results);
    for (const [name, value] of together.values) expect(value, name).toEqual(alone.values.get(name));
  });

  it('say which of them had no finite loss', async () => {
    const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, together: 4 });
    const steps = STEPS.map(({ feeds }, i) => ({ feeds, lr: i === 4 ? 1e30 : 0.01 }));
    await expect(trainer.steps(steps)).rejects.toMatchObject({
      code: 'TOPIARY_RUNTIME_NOT_FINITE',
      details: { where: expect.stringMatching(/^step [67] of training/) },
    });
    await trainer.release();
  });

  it('are told one by one, with the rate of each', async () => {
    const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, together: 3 });
    const told: [number, number][] = [];
    const asked: number[] = [];
    const { losses } = await train(trainer, {
      steps: 7,
      schedule: (i) => 0.1 / (i + 1),
      batch: (i) => {
        asked.push(i);
        return smallBatch(BATCH, i);
      },
      onStep: ({ step, lr }) => told.push([step, lr]),
    });
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(told).toEqual(asked.map((i) => [i + 1, 0.1 / (i + 1)]));
    expect(losses.every((loss) => loss > 0)).toBe(true);
    await trainer.release();
  });

  it('end between calls where the training is stopped', async () => {
    const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, together: 2 });
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
    await expect(run).rejects.toMatchObject({ details: { where: 'training step 5 of 8' } });
    await trainer.release();
  });
});

describe('how many steps one call takes', () => {
  const many = () => materialize(buildModel(Resnet18), 0);
  const togetherOf = async (graph: Graph, options: Partial<TrainerOptions>): Promise<number> => {
    const trainer = await Trainer.create(graph, { ...OPTIONS, batch: 1, ...options });
    await trainer.release();
    return trainer.together;
  };

  it('is more than one where many weights would be copied after each', async () => {
    expect(await togetherOf(many(), {})).toBeGreaterThan(1);
    expect(await togetherOf(smallResnet(), {})).toBe(1);
  });

  it('is one where a step computes for long', async () => {
    expect(await togetherOf(many(), { batch: 32 })).toBe(1);
  });

  it('is one where memory is short', async () => {
    expect(await togetherOf(many(), { lowMemory: true })).toBe(1);
  });
});
