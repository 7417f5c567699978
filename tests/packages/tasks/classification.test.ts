/** The task classification: scores against onnxruntime's own labels-in-the-graph, splits, what guesses, what is no network. */
import { floats } from '@topiary/onnx';
import { graphOf, single } from '@topiary/pipeline';
import { classificationFeeds, holdOut, taskOf } from '@topiary/tasks';
import { inMemory, inOrder, materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { ownCompute } from '../../../workers/evaluator/src/compute.js';
import { evaluate } from '../../helpers/evaluate.js';
import { classifierTask, runContext } from '../../helpers/procedure.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const SIZE = 200;
const split = inMemory({
  dims: [1, 8, 8],
  pixels: Uint8Array.from({ length: SIZE * 64 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: SIZE }, (_, i) => (i * 5) % 4),
  mean: [0.5],
  std: [0.25],
});
const task = classifierTask(split, 4);
const pipeline = single(materialize(tinyModel(), 1));
const compute = ownCompute(runContext());

describe('classification', () => {
  it('scores logits on the host as a graph with labels and loss scores itself', async () => {
    async function* feeds() {
      for await (const { images, labels } of inOrder(split, 64))
        yield classificationFeeds(graphOf(pipeline), images, labels);
    }
    const expected = await evaluate(graphOf(pipeline), feeds(), { provider: 'cpu', threads: 1 });
    const { values, n, answers } = await task.evaluate(pipeline, 'test', compute);
    expect(n).toBe(SIZE);
    expect(values['top1']).toBeCloseTo(100 * expected.top1, 9);
    expect(values['loss']).toBeCloseTo(expected.loss, 5);
    expect(answers).toEqual({ metric: 'top1', values: expected.correct });
  });

  it('holds one training picture in ten out, and counts the rest', async () => {
    const { rest, held } = holdOut(split);
    expect(task.examples).toEqual({ train: SIZE, rest: rest.length, test: SIZE });
    expect((await task.evaluate(pipeline, 'held', compute)).n).toBe(held.length);
    expect((await task.evaluate(pipeline, 'held', compute, { examples: 3 })).n).toBe(3);
  });

  it('gives plain batches where statistics ask, and augmented ones of the same pictures otherwise', async () => {
    const request = { from: 'train', batch: 8, steps: 1, seed: 3 } as const;
    const first = async (more: object) => (await task.batches(pipeline, { ...request, ...more }).next()).value!;
    const [plain, again, augmented] = [await first({ plain: true }), await first({ plain: true }), await first({})];
    expect(plain).toEqual(again);
    expect(augmented['labels']).toEqual(plain['labels']);
    const input = graphOf(pipeline).inputs[0]!.name;
    expect(augmented[input]).not.toEqual(plain[input]);
  });

  it('knows a network that guesses', () => {
    const evaluation = (top1: number) => ({ n: SIZE, values: { top1, loss: 1 }, answers: null });
    expect(task.guesses(evaluation(60))).toBeNull();
    expect(task.guesses(evaluation(30))).toMatchObject({ expected: expect.stringContaining('50.0 %'), got: '30.00 %' });
  });

  it('refuses logits of another shape and numbers that are none', async () => {
    const answering = (dims: number[], value: number) => ({
      pause: async () => undefined,
      open: async () => ({
        run: async () => ({
          [graphOf(pipeline).outputs[0]!.name]: floats(new Float32Array(dims[0]! * dims[1]!).fill(value), dims),
        }),
        release: async () => undefined,
      }),
    });
    await expect(task.evaluate(pipeline, 'test', answering([128, 5], 0))).rejects.toMatchObject({
      code: 'TOPIARY_GATE_OUTPUT',
    });
    await expect(task.evaluate(pipeline, 'test', answering([128, 4], Number.NaN))).rejects.toMatchObject({
      code: 'TOPIARY_RUNTIME_NOT_FINITE',
    });
  });

  it('takes one file, and refuses parts and schedules that are none of its own', async () => {
    const request = {
      files: new Map([
        ['a', new Uint8Array()],
        ['b', new Uint8Array()],
      ]),
      schedule: null,
      dataset: 'shapes32',
      dataDir: '/none',
    };
    await expect(taskOf('classification').read(request)).rejects.toMatchObject({ code: 'TOPIARY_PIPELINE_PART' });
    expect(() => taskOf('nothing')).toThrow(expect.objectContaining({ code: 'TOPIARY_TASKS_UNKNOWN' }));
  });
});
