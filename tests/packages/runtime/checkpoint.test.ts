/** A training that was written down goes on bit for bit, and takes no other's state for its own. */
import { adamw, sgd } from '@topiary/autodiff';
import { LossTrainer, Trainer, type TrainerOptions } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { aligned, DECLARED, feedsAt } from './_students.js';
import { BATCH, OPTIONS, TRAININGS } from './_trainings.js';

const CASES: readonly (readonly [string, Partial<TrainerOptions>])[] = [
  ...TRAININGS.slice(2, 3).map(([name, , options]) => [name, options] as const),
  ['coefficients that were set', { optimizer: sgd(), coefficients: ['add', 'rate'] }],
  ['AdamW with averages, some skipped', { optimizer: adamw(), ema: 0.9, onNotFinite: 'skip' }],
];

const stepsFrom = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ feeds: smallBatch(BATCH, from + i), lr: 0.01 }));

describe('a checkpoint', () => {
  it.each(CASES)('of a training with %s restores all of it', async (_name, options) => {
    const create = () => Trainer.create(smallResnet(), { ...OPTIONS, threads: 1, ...options });
    const whole = await create();
    const [coefficient] = whole.training.coefficients;
    if (coefficient)
      whole.setCoefficient(coefficient, new Float32Array(coefficient.dims.reduce((n, d) => n * d, 1)).fill(0.3));
    await whole.steps(stepsFrom(0, 3));
    const state = whole.checkpoint();
    const rest = await whole.steps(stepsFrom(3, 7));
    const again = await create();
    await again.steps(stepsFrom(20, 21));
    again.restore(state);
    expect(await again.steps(stepsFrom(3, 7))).toEqual(rest);
    expect(Buffer.compare(again.checkpoint(), whole.checkpoint())).toBe(0);
    expect(Buffer.compare(again.checkpoint(), state)).not.toBe(0);
    expect(again.export().initializers).toEqual(whole.export().initializers);
    await Promise.all([whole.release(), again.release()]);
  });

  it('covers gates and whatever else is declared', async () => {
    const create = () =>
      LossTrainer.of(aligned(), { optimizer: adamw(), parameters: DECLARED, ema: 0.9, provider: 'cpu', threads: 1 });
    const [first, second] = [await create(), await create()];
    await first.step(feedsAt(0, 0.5), 0.01);
    // as it comes from a file: a Buffer, somewhere in a larger piece of memory
    second.restore(Buffer.concat([Buffer.from('before'), first.checkpoint()]).subarray(6));
    expect(await second.step(feedsAt(1, 0.5), 0.01)).toEqual(await first.step(feedsAt(1, 0.5), 0.01));
    expect(second.value('gate', { average: true })).toEqual(first.value('gate', { average: true }));
    await Promise.all([first.release(), second.release()]);
  });

  it('of a training that was set to something else is refused, and says to what; one that says nothing is not', async () => {
    const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, threads: 1 });
    const state = trainer.checkpoint('lr 0.1, 100 steps');
    expect(() => trainer.restore(state, 'lr 0.1, 200 steps')).toThrow(
      /expected lr 0.1, 200 steps; got lr 0.1, 100 steps/,
    );
    trainer.restore(state, 'lr 0.1, 100 steps');
    trainer.restore(state);
    trainer.restore(trainer.checkpoint(), 'lr 0.1, 200 steps');
    await trainer.release();
  });

  it('that is damaged or of another training is refused, and changes nothing', async () => {
    const trainer = await Trainer.create(smallResnet(), { ...OPTIONS, threads: 1 });
    const other = await Trainer.create(smallResnet(undefined, [4, 8]), { ...OPTIONS, threads: 1 });
    const good = trainer.checkpoint();
    const refused = expect.objectContaining({ code: 'TOPIARY_RUNTIME_CHECKPOINT' });
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [good.subarray(0, -4), 'bytes'],
      [good.subarray(0, 12), '12 bytes of something else'],
      [Uint8Array.from(good, (byte, i) => (i === 30 ? 0 : byte)), 'a table'],
      [Uint8Array.from(good, (byte, i) => (i === 3 ? 0 : byte)), 'something else'],
      [other.checkpoint(), 'conv3.weight'],
    ];
    for (const [bytes, message] of cases) {
      expect(() => trainer.restore(bytes), message).toThrow(refused);
      expect(() => trainer.restore(bytes)).toThrow(message);
    }
    expect(Buffer.compare(trainer.checkpoint(), good)).toBe(0);
    await Promise.all([trainer.release(), other.release()]);
  });
});
