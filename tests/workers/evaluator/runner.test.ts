/** Uploaded networks in a process of their own: what is scored, what is seen through, what is ended. */
import { resolve } from 'node:path';
import { canonicalize } from '@topiary/canonical';
import { trainPipeline } from '@topiary/methods';
import { dataOf, decode } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { fillPorts, graphOf, portsOf, single } from '@topiary/pipeline';
import { classificationFeeds } from '@topiary/tasks';
import { boardOf, fillRecipe, protocolOf } from '@topiary/tracks';
import { inMemory, inOrder } from '@topiary/zoo';
import { afterEach, describe, expect, it } from 'vitest';
import { remoteCompute } from '../../../workers/evaluator/src/compute.js';
import { trainRemotely } from '../../../workers/evaluator/src/pruned-models-run.js';
import { Runner, type RunnerOptions } from '../../../workers/evaluator/src/runner.js';
import { checkSmaller } from '../../../workers/evaluator/src/stages/smaller.js';
import { evaluate } from '../../helpers/evaluate.js';
import { honest } from '../../helpers/hostile.js';
import {
  batchLeakModel,
  constantModel,
  endlessModel,
  memorisingModel,
  orderModel,
} from '../../helpers/hostile-models.js';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('classification.resnet-tiny.shapes32');
const SIZE = 96;
const split = inMemory({
  dims: [1, 8, 8],
  pixels: Uint8Array.from({ length: SIZE * 64 }, (_, i) => (i * i * 7 + i * 31) % 256),
  labels: Uint8Array.from({ length: SIZE }, (_, i) => (i * 5) % 4),
  mean: [0.5],
  std: [0.25],
});
const task = classifierTask(split, 4);
const base = honest(16);
const dense = canonicalize(decode(base));

/** As a run does: on the network's side of the sandbox, with labels on this one. */
const score = (runner: Runner) => task.evaluate(single(dense), 'test', remoteCompute(runContext(), runner));
const probe = async (runner: Runner): Promise<void> => {
  for (const one of task.probes) await one.run(single(dense), remoteCompute(runContext(), runner));
};

/** One picture, once. */
const CALLS = [fillPorts(portsOf(dense), 1)];

const runners: Runner[] = [];
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
});
const open = async (model: Uint8Array, options: Partial<RunnerOptions> = {}): Promise<Runner> => {
  const runner = await Runner.open({
    model,
    base,
    batch: 64,
    compile: { provider: 'cpu', threads: 1 },
    required: false,
    module: resolve(import.meta.dirname, '../../../dist/runner-child.mjs'),
    ...options,
  });
  runners.push(runner);
  return runner;
};

describe('an honest network', () => {
  it('is scored from its logits as onnxruntime scores it beside the labels', async () => {
    const bytes = honest(8);
    const graph = canonicalize(decode(bytes));
    async function* feeds() {
      for await (const { images, labels } of inOrder(split, 64)) yield classificationFeeds(graph, images, labels);
    }
    const expected = await evaluate(graph, feeds(), { provider: 'cpu', threads: 1 });
    const found = await score(await open(bytes));
    expect(found.answers!.values).toEqual(expected.correct);
    expect(found.values['loss']).toBeCloseTo(expected.loss, 5);
  });

  it('passes the probes, and is trained to what it becomes in the process itself', async () => {
    const bytes = honest(8);
    const runner = await open(bytes);
    await probe(runner);
    const settings = { ...fillRecipe(BOARD, {}).finetune, steps: 4, batch: 16 };
    const prepared = { pipeline: single(dense), bytes: base.length, task };
    await trainRemotely(runContext(), runner, prepared, settings, () => undefined);
    const graph = canonicalize(decode(bytes));
    const request = { stage: 'finetune', progress: () => undefined, teachers: { base: single(dense) } };
    const here = graphOf(await trainPipeline(procedureFor({ graph, task }), single(graph), settings, request));
    const there = decode(await runner.file());
    const weights = (graph: typeof here) =>
      [...graph.initializers.values()].flatMap((one) => Array.from(dataOf(one)!, Number));
    expect(weights(there)).toEqual(weights(here));
  });

  it('is measured beside the base, and counted by the counter of the gate', async () => {
    const runner = await open(honest(8));
    const times = await runner.latency({ calls: CALLS, batch: 1, warmupMs: 1, samples: 5 });
    expect(times.pruned.p50Ms).toBeGreaterThan(0);
    const [whole, part] = [count(canonicalize(decode(base))), count(canonicalize(decode(honest(8))))];
    expect(runner.opened.facts.macs).toEqual({ pure: part.pure, published: part.published });
    const target = (value: number) => ({ axis: 'macs' as const, value, label: `${value}x` });
    const achieved = checkSmaller(whole, runner.opened.facts, target(2), protocolOf(BOARD));
    expect(achieved).toBeCloseTo(whole.published / part.published, 9);
    expect(() => checkSmaller(whole, runner.opened.facts, target(9), protocolOf(BOARD))).toThrow(
      expect.objectContaining({ code: 'TOPIARY_GATE_NOT_SMALLER' }),
    );
  });
});

describe('a network that is something else than it seems', () => {
  const pictures = async () => {
    const found: Float32Array[] = [];
    for await (const { images, size } of inOrder(split, 64))
      for (let i = 0; i < size; i += 1) found.push(images.slice(i * 64, (i + 1) * 64));
    return found;
  };

  it('answers the same for every picture: refused', async () => {
    await expect(probe(await open(constantModel()))).rejects.toMatchObject({
      code: 'TOPIARY_GATE_CONSTANT',
    });
  });

  it('looks at the other pictures of the batch: refused', async () => {
    await expect(open(batchLeakModel())).rejects.toMatchObject({
      code: 'TOPIARY_GATE_BATCH',
    });
  });

  it('answers by the place of a picture in the batch: refused', async () => {
    await expect(probe(await open(orderModel()))).rejects.toMatchObject({
      code: 'TOPIARY_GATE_BATCH',
    });
  });

  it('has learnt the test pictures by heart: its score is perfect, and the probe refuses it', async () => {
    const runner = await open(memorisingModel(await pictures(), split.labels));
    expect((await score(runner)).values['top1']).toBe(100);
    await expect(probe(runner)).rejects.toMatchObject({ code: 'TOPIARY_GATE_MEMORISED' });
  });

  it('works where no counter of multiply-accumulates looks: refused before it runs', async () => {
    await expect(open(endlessModel(6_000))).rejects.toMatchObject({ code: 'TOPIARY_GATE_NO_MACS' });
  });

  it('does not answer in time: its process is ended', async () => {
    const runner = await open(honest(8), { limits: { seconds: 3 } });
    await expect(runner.latency({ calls: CALLS, batch: 1, warmupMs: 600_000, samples: 1 })).rejects.toMatchObject({
      code: 'TOPIARY_SANDBOX_TIME',
    });
  });
});
