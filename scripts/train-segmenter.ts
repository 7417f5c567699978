/**
 * Trains the segmenter that is shipped with the project, judges it on the test split, and with `--publish` puts it among the
 * shipped networks.
 *
 * `npx tsx scripts/train-segmenter.ts [--steps 8000] [--seed 0] [--threads 2] [--publish]`
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canonicalize } from '@topiary/canonical';
import { standard } from '@topiary/lowering';
import { decode, encode } from '@topiary/onnx';
import { type Parts, SegmentationSettings, segmenterPipeline, taskOf } from '@topiary/tasks';
import { boardOf, protocolOf } from '@topiary/tracks';
import { SamTiny, Scenes64 } from '@topiary/zoo';
import { publishPipeline } from './dense/publish.js';
import { computeHere } from './dense/reference.js';
import { type SegmenterRecipe, trainSegmenter } from './dense/train-segmenter.js';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(availableParallelism()) },
    home: { type: 'string', default: '.data' },
    publish: { type: 'boolean', default: false },
  },
});
const [seed, steps, threads] = [Number(values.seed), Number(values.steps), Number(values.threads)];
const log = (text: string): void => console.log(`${new Date().toISOString()} ${text}`);
const recipe: SegmenterRecipe = {
  steps,
  batch: 16,
  lr: 1.5e-3,
  warmup: 300,
  weightDecay: 0.01,
  clip: 1,
  ema: 0.998,
  prompts: 4,
};

const PARTS = ['encoder', 'prompts', 'decoder'] as const;
const folder = join(values.home, 'dense', `${SamTiny.id}-${seed}-${steps}`);
const pathOf = (part: string): string => join(folder, `${part}.onnx`);

/** The files of a training, made unless they are there. */
const made = async (): Promise<Record<(typeof PARTS)[number], Uint8Array>> => {
  if (!PARTS.every((part) => existsSync(pathOf(part)))) {
    const { train } = await Scenes64.masks!({ dataDir: '' });
    const parts = await trainSegmenter({ segmenter: SamTiny, train, recipe, seed, threads, home: values.home, log });
    mkdirSync(folder, { recursive: true });
    for (const part of PARTS) writeFileSync(pathOf(part), encode(standard(parts[part])));
  }
  const file = (part: string) => new Uint8Array(readFileSync(pathOf(part)));
  return { encoder: file('encoder'), prompts: file('prompts'), decoder: file('decoder') };
};

const files = await made();
const parts = Object.fromEntries(PARTS.map((part) => [part, canonicalize(decode(files[part]))])) as unknown as Parts;
const pipeline = segmenterPipeline(parts);
const { options, evaluationBatch } = protocolOf(boardOf(`segmentation.${SamTiny.id}.${Scenes64.id}`));
const settings = SegmentationSettings.parse({});
const task = await taskOf('segmentation').open({
  dataset: Scenes64.id,
  dataDir: '',
  testSecret: null,
  pipeline,
  settings,
  options,
  evaluationBatch,
});
const { values: found, n } = await task.evaluate(pipeline, 'test', computeHere(threads));
log(`${n} pictures: ${JSON.stringify(found)}`);
if (values.publish) {
  const facts = { model: SamTiny.id, dataset: Scenes64.id, task: task.id, settings, splitHash: task.hash, seed, steps };
  publishPipeline(new Map(Object.entries(files)), pipeline.schedule, {
    ...facts,
    ...SamTiny.expected,
    metrics: Object.entries(found).map(([id, value]) => ({ id, value, n })),
    recipe: { ...recipe },
  });
}
