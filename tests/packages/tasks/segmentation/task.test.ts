/** The task of promptable segmentation, whole: its parts, its loss through what is kept, its judgement of masks. */

import { adamw } from '@topiary/autodiff';
import { standard } from '@topiary/lowering';
import { encode, floats } from '@topiary/onnx';
import { assertPipeline, merge, pipelineCosts, play } from '@topiary/pipeline';
import { compile, Trainer } from '@topiary/runtime';
import { SEGMENTATION_METRICS, segmenterParts, segmenterPipeline, taskOf } from '@topiary/tasks';
import { boardOf } from '@topiary/tracks';
import { describe, expect, it } from 'vitest';
import { masksFrom } from '../../../../apps/web/src/features/views/masks-data.js';
import { intersectionOverUnion, judge } from '../../../../packages/tasks/src/segmentation/evaluate.js';
import { interpolate } from '../../../../packages/tasks/src/segmentation/frame.js';
import { drawScenes } from '../../../../packages/zoo/src/datasets/scenes64.js';
import { computeHere, narrowParts, narrowPipeline, segmentationTask } from '../../../helpers/segmenter.js';

const base = narrowPipeline();
const task = segmentationTask(base);

describe('the parts of a segmenter', () => {
  it('follow each other in one step, and only the encoder is what is cut, trained and counted', () => {
    assertPipeline(base);
    expect(merge(base)).toBe(segmenterParts(base).encoder);
    const { params, macs } = pipelineCosts(base, 'pure');
    const whole = task.costs(base);
    expect(whole['total-params']!).toBeGreaterThan(params);
    expect(whole['total-macs']!).toBeGreaterThan(macs);
  });

  const files = (parts: Readonly<Record<string, ReturnType<typeof narrowParts>['encoder']>>) =>
    new Map(Object.entries(parts).map(([part, graph]) => [part, encode(standard(graph))]));
  const request = { schedule: null, dataset: 'scenes64', dataDir: '' };

  it('are read from three files', async () => {
    const { schedule } = base;
    const read = await taskOf('segmentation').read({ ...request, schedule, files: files(narrowParts()) });
    expect([...read.parts].map(([id, { kept = false }]) => [id, kept])).toEqual([
      ['encoder', false],
      ['prompts', true],
      ['decoder', true],
    ]);
  });

  it('that are missing, or of another grid, are refused', async () => {
    const { encoder, ...others } = narrowParts();
    await expect(taskOf('segmentation').read({ ...request, files: files(others) })).rejects.toThrow(
      /the parts encoder, prompts, decoder, or an encoder alone; got prompts, decoder/,
    );
    const fine = narrowParts(0, { patch: 8 }).encoder;
    expect(() => segmenterPipeline({ ...others, encoder: fine })).toThrow(
      /\[N,16,4,4\], as the decoder reads it; got \[N,16,8,8\]/,
    );
    expect(() => segmenterPipeline({ ...others, encoder })).not.toThrow();
  });
});

describe('the loss', () => {
  it('teaches the encoder through a decoder that stays', async () => {
    const { encoder } = segmenterParts(base);
    const trainer = await Trainer.create(encoder, {
      loss: task.loss(null),
      optimizer: adamw(),
      batch: 4,
      weightDecay: 0,
      provider: 'cpu',
      threads: 1,
    });
    const names = trainer.training.carried
      .filter(({ kind }) => kind === 'parameter')
      .map(({ initializer }) => initializer!);
    expect(names.length).toBeGreaterThan(20);
    expect(names.every((name) => name.startsWith('image_encoder.'))).toBe(true);
    const losses: number[] = [];
    // one batch, again and again
    const feeds = (await task.batches(base, { from: 'train', batch: 4, steps: 1, seed: 1 }).next()).value!;
    for (let step = 0; step < 25; step += 1) losses.push((await trainer.steps([{ feeds, lr: 5e-3 }]))[0]!.loss);
    await trainer.release();
    expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
  });

  it('of a distillation is the distance of the embeddings, and the base is at distance 0', async () => {
    const { finetune } = boardOf('segmentation.sam-tiny.scenes64');
    const lossAt = async (seed: number) => {
      const trainer = await Trainer.create(segmenterParts(narrowPipeline(seed)).encoder, {
        loss: task.loss(finetune, { base }),
        optimizer: adamw(),
        batch: 4,
        weightDecay: 0,
        provider: 'cpu',
        threads: 1,
      });
      const batches = task.batches(base, { from: 'train', batch: 4, steps: 1, seed: 2, plain: true });
      const feeds = (await batches.next()).value!;
      const { loss } = (await trainer.steps([{ feeds, lr: 0 }]))[0]!;
      await trainer.release();
      const said = async (parts: ReturnType<typeof segmenterParts>) => {
        const session = await compile(parts.encoder, { threads: 1 });
        const { embedding } = await session.run({ image: feeds['image']! });
        await session.release();
        return embedding!.data as Float32Array;
      };
      const [mine, theirs] = [await said(segmenterParts(narrowPipeline(seed))), await said(segmenterParts(base))];
      const expected = mine.reduce((sum, value, i) => sum + (value - theirs[i]!) ** 2, 0) / mine.length;
      return { loss, expected };
    };
    const other = await lossAt(7);
    expect(other.loss).toBeCloseTo(other.expected, 4);
    expect(other.loss).toBeGreaterThan(0.1);
    expect((await lossAt(0)).loss).toBeLessThan(1e-9);
  });
});

describe('the judgement', () => {
  it('is the IoU of the first mask in the pixels of the picture, its mean over objects, then over pictures', async () => {
    const test = drawScenes({ split: 'test', length: 6 });
    const { values, n, answers } = await task.evaluate(base, 'test', computeHere);
    expect(n).toBe(6);
    expect(Object.keys(values)).toEqual(SEGMENTATION_METRICS.map(({ id }) => id));
    // one prompt at a time, through the interpreter of schedules
    const session = await computeHere.open(base);
    const means: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const { pixels, objects } = (await test.scene(i))!;
      const image = Float32Array.from(pixels.data, (byte) => (byte / 255 - 0.5) / 0.25);
      let sum = 0;
      for (const { point, mask } of objects) {
        const given = {
          image: floats(image, [1, 3, 64, 64]),
          points: floats(Float32Array.of(point[0], point[1], 0, 0), [1, 2, 2]),
          labels: floats(Float32Array.of(1, -1), [1, 2]),
          mask: floats(new Float32Array(256), [1, 1, 16, 16]),
          given: floats(new Float32Array(1), [1, 1]),
        };
        const { masks } = await play(base, session.run).step(given);
        const first = (masks!.data as Float32Array).slice(0, 256);
        const drawn = interpolate(first, { width: 16, height: 16 }, { width: 64, height: 64 });
        const both = mask.reduce((a, bit, at) => a + Number(bit === 1 && drawn[at]! > 0), 0);
        const either = mask.reduce((a, bit, at) => a + Number(bit === 1 || drawn[at]! > 0), 0);
        sum += either === 0 ? 0 : both / either;
      }
      means.push((100 * sum) / objects.length);
    }
    await session.release();
    for (const [i, value] of means.entries()) expect((answers!.values as Float32Array)[i]).toBeCloseTo(value, 3);
    expect(values['miou-point']).toBeCloseTo(means.reduce((a, b) => a + b, 0) / 6, 3);
    expect([values['retention'], values['embedding-error']]).toEqual([expect.closeTo(100, 6), 0]);
  });

  it('of another network stands beside the base', async () => {
    const other = narrowPipeline(3);
    const { values } = await task.evaluate(other, 'test', computeHere);
    const { values: own } = await task.evaluate(base, 'test', computeHere);
    expect(values['embedding-error']).toBeGreaterThan(0.01);
    expect(values['retention']).toBeCloseTo((100 * values['miou-point']!) / own['miou-point']!, 6);
    expect(task.guesses({ n: 6, values: { ...own, 'miou-point': 3 }, answers: null })).toMatchObject({ got: '3.00' });
  });

  it('looks at held-out pictures of the training split, of those that a run may see', async () => {
    expect(task.examples).toEqual({ train: 30, rest: 27, test: 6 });
    expect((await task.evaluate(base, 'held', computeHere)).n).toBe(3);
    expect((await task.evaluate(base, 'test', computeHere, { examples: 2 })).n).toBe(2);
  });

  it('passes over a picture that cannot be read, and says which', async () => {
    const split = drawScenes({ split: 'test', length: 3 });
    const broken = {
      ...split,
      scene: async (i: number) => (i === 1 ? null : split.scene(i)),
      idOf: (i: number) => `${i}.png`,
    };
    const damaged = new Set<string>();
    const normalisation = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const chosen = { split: broken, places: [0, 1, 2], damaged };
    const { point } = await judge(base, { chosen, normalisation, batch: 2, progress: () => undefined }, computeHere);
    expect([point.length, [...damaged]]).toEqual([2, ['1.png']]);
  });

  it('shows pictures of the showcase with what both cut out by the same points', async () => {
    const [fact, ...more] = await task.show(narrowPipeline(3), base, computeHere);
    expect([fact!.view, more.length]).toEqual(['masks', 0]);
    const [picture] = masksFrom(JSON.parse(new TextDecoder().decode(fact!.bytes)))!;
    const { objects, pixels } = (await drawScenes({ split: 'showcase', length: 1 }).scene(0))!;
    expect([picture!.width, picture!.objects.length]).toEqual([pixels.width, objects.length]);
    for (const [i, { point, base: own }] of picture!.objects.entries()) {
      expect(point).toEqual(objects[i]!.point);
      expect(own.iou).toBeCloseTo(intersectionOverUnion(own.mask, objects[i]!.mask), 3);
    }
  });

  it('times a picture and a prompt', async () => {
    const units = await task.units(base, computeHere, 2);
    expect(units.map(({ id }) => id)).toEqual(['picture', 'prompt']);
    for (const unit of units) {
      await unit.run(0);
      await unit.release();
    }
  });
});
