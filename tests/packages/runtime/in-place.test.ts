/** Training that writes parameters over where they lie, against the same graph run with every output a tensor of its own. */
import { fromFilterBlocks, toFilterBlocks } from '@topiary/lowering';
import { floats, scalar, type Tensor, toNumbers } from '@topiary/onnx';
import { type Feeds, Trainer } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BATCH, OPTIONS, TRAININGS } from './_trainings.js';

const [LR, STEPS] = [0.05, 4];

const batches: readonly Feeds[] = Array.from({ length: STEPS }, (_, i) => smallBatch(BATCH, i));

type Turn = typeof toFilterBlocks;

/** Values that the session keeps as filters in blocks, put into them or taken out. */
const turned = ({ stored, block }: Trainer['session'], values: ReadonlyMap<string, Tensor>, turn: Turn) =>
  new Map(
    [...values].map(([name, value]) => [
      name,
      stored.has(name) ? floats(turn(value.data as Float32Array, value.dims, block), value.dims) : value,
    ]),
  );

/** The trainer's own session, nothing in place. */
const apart = async ({ training, session }: Trainer, first: ReadonlyMap<string, Tensor>) => {
  const values = turned(session, first, toFilterBlocks);
  for (const [i, batch] of batches.entries()) {
    const results = await session.run({
      ...batch,
      ...Object.fromEntries(values),
      [training.lr]: scalar(LR),
      [training.weightDecay]: scalar(OPTIONS.weightDecay),
      ...(training.step === null ? {} : { [training.step]: scalar(i + 1) }),
    });
    for (const { input, output } of training.carried) values.set(input, results[output]!);
  }
  return turned(session, values, fromFilterBlocks);
};

const valuesOf = (trainer: Trainer): Map<string, Tensor> =>
  new Map(trainer.training.carried.map(({ input }) => [input, trainer.value(input)]));

describe('steps in place', () => {
  it.each(TRAININGS)('give the same bits as steps apart: %s', async (_name, build, options) => {
    const trainer = await Trainer.create(build(), { ...OPTIONS, ...options });
    const expected = await apart(trainer, valuesOf(trainer));
    for (const batch of batches) await trainer.step(batch, LR);
    for (const [name, value] of valuesOf(trainer)) {
      expect(toNumbers(value), name).toEqual(toNumbers(expected.get(name)!));
    }
    await trainer.release();
  });

  it.each(TRAININGS)('write over every parameter and state: %s', async (_name, build, options) => {
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
