/** Training that writes parameters over where they lie, against the same graph run with every output a tensor of its own. */
import { adamw, crossEntropy, sgd } from '@topiary/autodiff';
import { type Graph, scalar, type Tensor, toNumbers } from '@topiary/onnx';
import { type Feeds, Trainer, type TrainerOptions } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet, smallTransformer } from '../autodiff/_nets.js';

const [BATCH, LR, DECAY, STEPS] = [8, 0.05, 5e-4, 4];
const OPTIONS: TrainerOptions = {
  loss: crossEntropy(),
  optimizer: sgd(),
  batch: BATCH,
  weightDecay: DECAY,
  provider: 'cpu',
  threads: 2,
};

const batches: readonly Feeds[] = Array.from({ length: STEPS }, (_, i) => smallBatch(BATCH, i));

/** The trainer's own session, nothing in place. */
const apart = async ({ training, session }: Trainer, first: ReadonlyMap<string, Tensor>) => {
  const values = new Map(first);
  for (const [i, batch] of batches.entries()) {
    const results = await session.run({
      ...batch,
      ...Object.fromEntries(values),
      [training.lr]: scalar(LR),
      [training.weightDecay]: scalar(DECAY),
      ...(training.step === null ? {} : { [training.step]: scalar(i + 1) }),
    });
    for (const { input, output } of training.carried) values.set(input, results[output]!);
  }
  return values;
};

const valuesOf = (trainer: Trainer): Map<string, Tensor> =>
  new Map(trainer.training.carried.map(({ input }) => [input, trainer.value(input)]));

const cases: readonly [string, () => Graph, Partial<TrainerOptions>][] = [
  ['a ResNet, SGD, plain', () => smallResnet(), { variant: 'plain' }],
  ['a ResNet, SGD, blocked', () => smallResnet(undefined, [16, 32]), { variant: 'blocked' }],
  ['a ResNet, AdamW with averages and clipping', () => smallResnet(), { optimizer: adamw(), ema: 0.9, clip: 1 }],
  ['a transformer, AdamW', smallTransformer, { optimizer: adamw() }],
];

describe('steps in place', () => {
  it.each(cases)('give the same bits as steps apart: %s', async (_name, build, options) => {
    const trainer = await Trainer.create(build(), { ...OPTIONS, ...options });
    const expected = await apart(trainer, valuesOf(trainer));
    for (const batch of batches) await trainer.step(batch, LR);
    for (const [name, value] of valuesOf(trainer)) {
      expect(toNumbers(value), name).toEqual(toNumbers(expected.get(name)!));
    }
    await trainer.release();
  });

  it.each(cases)('write over every parameter and state: %s', async (_name, build, options) => {
    const trainer = await Trainer.create(build(), { ...OPTIONS, ...options });
    const { carried } = trainer.training;
    const inPlace = new Set(trainer.session.inPlace(carried).map(({ input }) => input));
    const left = carried.filter(({ kind, input }) => kind !== 'statistic' && !inPlace.has(input));
    expect(left.map(({ input }) => input)).toEqual([]);
    await trainer.release();
  });

  it('leave what was handed out before as it was', async () => {
    const trainer = await Trainer.create(smallResnet(), OPTIONS);
    await trainer.step(batches[0]!, LR);
    const [value, graph] = [trainer.value('conv1.weight'), trainer.export()];
    const before = structuredClone([value.data, graph.initializers.get('conv1.weight')!.source]);
    await trainer.step(batches[1]!, LR);
    expect([value.data, graph.initializers.get('conv1.weight')!.source]).toEqual(before);
    expect(toNumbers(trainer.value('conv1.weight'))).not.toEqual(toNumbers(value));
    await trainer.release();
  });
});
