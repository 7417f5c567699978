/** Trains a segmenter of the zoo from its seed, all three parts: AdamW, cosine, moving average. Goes on after a kill. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adamw, cosine, lossGraph, parametersAs, warmup } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { LossTrainer } from '@topiary/runtime';
import {
  type Chosen,
  type Drawing,
  declarePrompts,
  drawPrompted,
  maskLoss,
  type Parts,
  repeated,
  sidesOf,
} from '@topiary/tasks';
import { buildSegmenter, type MaskSplit, materialize, type Segmenter } from '@topiary/zoo';

export interface SegmenterRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly warmup: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly ema: number;
  /** Prompts of each picture. */
  readonly prompts: number;
}

export interface SegmenterRequest {
  readonly segmenter: Segmenter;
  readonly train: MaskSplit;
  readonly recipe: SegmenterRecipe;
  readonly seed: number;
  readonly threads: number;
  readonly home: string;
  readonly log: (text: string) => void;
  /** What it begins with (drawn from the seed). */
  readonly begin?: Parts;
}

const KEEP_EVERY = 100;
const PARTS = ['encoder', 'prompts', 'decoder'] as const;
const NORMALISATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const;

/** Everything learns: what reads prompts and what decodes masks are kept only afterwards. */
const lossOf = (parts: Parts, batch: number, prompts: number) =>
  lossGraph('segmenter', ({ b, network }) => {
    const { side, low } = sidesOf(parts);
    const image = b.input('image', 'float32', [batch, 3, side, side]);
    const { truth, ...given } = declarePrompts(b, batch * prompts, low);
    const encoded = network(parts.encoder, { inputs: [image], as: 'encoder' });
    const read = network(parts.prompts, { inputs: given, as: 'prompts' });
    const [sparse, dense, positions] = ['sparse', 'dense', 'positions'].map((name) => read.value(name));
    const embedding = repeated(b, encoded.outputs[0]!, prompts);
    const inputs = { embedding, sparse: sparse!, dense: dense!, positions: positions! };
    const said = network(parts.decoder, { inputs, as: 'decoder' });
    const terms = maskLoss(b, { masks: said.value('masks'), iou: said.value('iou'), truth });
    return { loss: terms.loss, metrics: { iou: terms.iou } };
  });

/** Written beside and renamed: a kill leaves the last one whole. */
const keep = (path: string, bytes: Uint8Array): void => {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

/** What a state says that it is of. */
const settingOf = ({ segmenter, seed, recipe }: SegmenterRequest): string =>
  JSON.stringify({ segmenter: segmenter.id, seed, ...recipe });

/** Steps left over, each with its batch, its rate, and every so often a line and a checkpoint. */
const takeSteps = async (trainer: LossTrainer, request: SegmenterRequest, parts: Parts, path: string) => {
  const { segmenter, train, recipe, seed, log } = request;
  const { steps, batch, lr, prompts, warmup: rise } = recipe;
  const rate = warmup({ lr, steps: rise, next: cosine({ lr, steps: steps - rise }) });
  const places = Array.from({ length: train.length }, (_, place) => place);
  const chosen: Chosen = { split: train, places, damaged: new Set() };
  const drawing: Drawing = { ...sidesOf(parts), ...NORMALISATION, prompts, flip: 0.5, flipVertical: 0.5 };
  let [loss, iou, began] = [0, 0, performance.now()];
  for (let step = trainer.taken.steps; step < steps; step += 1) {
    const feeds = await drawPrompted(chosen, drawing, { batch, seed, step }, 'image');
    const [result] = await trainer.steps([{ feeds, lr: rate(step) }]);
    loss += result!.loss;
    iou += result!.metrics['iou']! / (batch * prompts);
    if ((step + 1) % KEEP_EVERY !== 0 && step + 1 !== steps) continue;
    const n = (step % KEEP_EVERY) + 1;
    const ms = (performance.now() - began) / n;
    log(
      `${segmenter.id} ${step + 1}/${steps}: loss ${(loss / n).toFixed(4)}, IoU ${(iou / n).toFixed(4)}, ${ms.toFixed(0)} ms`,
    );
    keep(path, trainer.checkpoint(settingOf(request)));
    [loss, iou, began] = [0, 0, performance.now()];
  }
};

/** The moving average of the weights after all steps, part by part. */
export const trainSegmenter = async (request: SegmenterRequest): Promise<Parts> => {
  const { segmenter, recipe, seed, threads, home } = request;
  const { batch, clip, ema, weightDecay, prompts } = recipe;
  const built = buildSegmenter(segmenter);
  const fresh = (graph: Graph): Graph => materialize(graph, seed);
  const parts: Parts = request.begin ?? {
    encoder: fresh(built.encoder),
    prompts: fresh(built.prompts),
    decoder: fresh(built.decoder),
  };
  const trainer = await LossTrainer.of(lossOf(parts, batch, prompts), {
    parameters: PARTS.flatMap((part) => parametersAs(part, parts[part])),
    optimizer: adamw(),
    weightDecay,
    clip,
    ema,
    threads,
    provider: 'cpu',
  });
  const folder = join(home, 'dense');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${segmenter.id}-${seed}-${recipe.steps}.training`);
  try {
    if (existsSync(path)) trainer.restore(new Uint8Array(readFileSync(path)), settingOf(request));
    await takeSteps(trainer, request, parts, path);
    const filled = (part: (typeof PARTS)[number]) => trainer.fill(parts[part], part, { average: true });
    return { encoder: filled('encoder'), prompts: filled('prompts'), decoder: filled('decoder') };
  } finally {
    await trainer.release();
  }
};
