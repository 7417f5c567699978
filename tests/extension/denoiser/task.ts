/** The task: predict the noise in a sampled wave, at whichever step of a schedule of four. */

import type { Loss } from '@topiary/autodiff';
import { canonicalize } from '@topiary/canonical';
import { TopiaryError } from '@topiary/errors';
import { decode, floats, int, tensor } from '@topiary/onnx';
import { assertPipeline, callsAt, type Feeds, fillPorts, type Pipeline, play } from '@topiary/pipeline';
import {
  type BatchRequest,
  type BoundTask,
  type Compute,
  defineTask,
  type EvaluateOptions,
  type Evaluation,
  type From,
} from '@topiary/tasks';
import { randomFrom } from '@topiary/zoo';
import { z } from 'zod';
import { MSE } from './catalogue.js';
import { portsFor, SAMPLES, STEPS } from './network.js';

const TRAIN = 512;
const TEST = 128;

interface Noised {
  readonly x: Float32Array;
  readonly noise: Float32Array;
}

/** One wave, with as much noise as belongs to a step. */
const noised = (name: string, step: number): Noised => {
  const random = randomFrom(name);
  const [frequency, phase] = [random.between(0.5, 2), random.between(0, 6.28)];
  const [x, noise] = [new Float32Array(SAMPLES), new Float32Array(SAMPLES)];
  const much = 1 - step / STEPS;
  for (let i = 0; i < SAMPLES; i += 1) {
    noise[i] = random.between(-1.7, 1.7);
    x[i] = (1 - much) * Math.sin((frequency * i * 6.28) / SAMPLES + phase) + much * noise[i]!;
  }
  return { x, noise };
};

const batchOf = (names: readonly string[], step: number) => {
  const each = names.map((name) => noised(name, step));
  const joined = (key: keyof Noised) => {
    const all = new Float32Array(names.length * SAMPLES);
    each.forEach((one, i) => {
      all.set(one[key], i * SAMPLES);
    });
    return floats(all, [names.length, SAMPLES]);
  };
  const t = tensor(
    'int64',
    [names.length],
    BigInt64Array.from(names, () => BigInt(step)),
  );
  return { x: joined('x'), t, noise: joined('noise') };
};

/** Steps at which a part is called. */
const stepsAt = ({ schedule }: Pipeline, part: string): number[] =>
  Array.from({ length: STEPS }, (_, step) => step).filter((step) =>
    callsAt(schedule, step).some((call) => call.part === part),
  );

// mean over the parts of the mean squared error
const loss: Loss = {
  id: 'noise',
  build: ({ b, outputs }) => {
    const each = outputs.map((output, i) => {
      const error = b.op('Sub', [output, b.input(`noise:${i}`, 'float32', b.shape(output))]);
      return b.op('ReduceMean', [b.op('Mul', [error, error])], { keepdims: int(0) });
    });
    const sum = each.reduce((total, one) => b.op('Add', [total, one]));
    return { loss: b.op('Mul', [sum, b.scalar(1 / each.length)]), metrics: {} };
  },
  perExample: () => loss,
  sampled: () => null,
};

async function* batches(pipeline: Pipeline, { from, batch, steps, seed }: BatchRequest) {
  const parts = [...pipeline.parts.keys()];
  for (let n = 0; n < steps; n += 1) {
    const feeds: Record<string, Feeds[string]> = {};
    parts.forEach((part, i) => {
      const random = randomFrom(`${from}/${seed}/${n}/${part}`);
      const own = stepsAt(pipeline, part);
      const names = Array.from({ length: batch }, () => `train/${random.below(TRAIN)}/${random.below(1000)}`);
      const { x, t, noise } = batchOf(names, own[random.below(own.length)]!);
      const prefix = parts.length > 1 ? `${part}/` : '';
      feeds[`${prefix}x`] = x;
      feeds[`${prefix}t`] = t;
      feeds[`noise:${i}`] = noise;
    });
    yield feeds;
  }
  return undefined;
}

/** Mean over the steps of the squared error, one number an example. */
const errors = async (pipeline: Pipeline, names: readonly string[], compute: Compute): Promise<Float32Array> => {
  const running = await compute.open(pipeline);
  const player = play(pipeline, running.run);
  const found = new Float32Array(names.length);
  try {
    for (let step = 0; step < STEPS; step += 1) {
      await compute.pause();
      const { x, t, noise } = batchOf(names, step);
      const { noise: predicted } = await player.step({ x, t });
      (predicted!.data as Float32Array).forEach((value, i) => {
        const example = Math.floor(i / SAMPLES);
        found[example]! += (value - (noise.data as Float32Array)[i]!) ** 2 / (SAMPLES * STEPS);
      });
    }
  } finally {
    await running.release();
  }
  return found;
};

const evaluate = async (
  pipeline: Pipeline,
  from: From,
  compute: Compute,
  { examples = Number.POSITIVE_INFINITY }: EvaluateOptions = {},
): Promise<Evaluation> => {
  const n = Math.min(TEST, examples);
  const names = Array.from({ length: n }, (_, i) => `${from}/${i}`);
  const values = await errors(pipeline, names, compute);
  const mse = values.reduce((sum, value) => sum + value, 0) / n;
  return { n, values: { mse }, answers: { metric: 'mse', values } };
};

const bound: BoundTask = {
  id: 'denoising',
  metrics: [MSE],
  examples: { train: TRAIN, rest: TRAIN, test: TEST },
  hash: 'd'.repeat(64),
  damaged: () => ({}),
  loss: () => loss,
  batches,
  trajectory: () => null,
  points: ({ loss: value }) => ({ loss: value }),
  evaluate,
  costs: () => ({}),
  units: async (pipeline, compute, examples) => {
    const running = await compute.open(pipeline);
    const ports = [...pipeline.parts.values()][0]!.ports;
    return [
      {
        id: 'trajectory',
        title: 'one trajectory',
        examples,
        run: async (round) => {
          const player = play(pipeline, running.run);
          for (let step = 0; step < STEPS; step += 1) await player.step(fillPorts(ports, examples, round));
          return {};
        },
        release: () => running.release(),
      },
    ];
  },
  show: async (pipeline, _base, compute) => {
    const [error] = await errors(pipeline, ['show/0'], compute);
    const { x, noise } = batchOf(['show/0'], 0);
    const bytes = new TextEncoder().encode(JSON.stringify({ x: [...x.data], noise: [...noise.data], error }));
    return [{ view: 'wave', title: 'A noised wave', mediaType: 'application/json', bytes }];
  },
  probes: [],
  evaluatedOnly: null,
  guesses: () => null,
};

export const DenoisingTask = defineTask({
  id: 'denoising',
  title: 'Denoising',
  metrics: [MSE],
  settings: z.object({}),
  recognise: () => ({}),
  read: async ({ files, schedule }) => {
    if (schedule === null) {
      throw new TopiaryError('TOPIARY_PIPELINE_SCHEDULE', {
        where: 'the network',
        expected: 'a manifest with a schedule',
        got: 'one graph',
      });
    }
    const parts = [...files].map(([id, bytes]) => {
      const graph = canonicalize(decode(bytes));
      return [id, { graph, ports: portsFor(graph) }] as const;
    });
    const pipeline = { parts: new Map(parts), schedule };
    assertPipeline(pipeline);
    return pipeline;
  },
  open: async () => bound,
});
