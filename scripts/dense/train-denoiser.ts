/** Trains a denoiser of the zoo from its seed: EMA, cosine, AdamW. What is reached is kept, so that it goes on after a kill. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { adamw, cosine, warmup } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { Trainer } from '@topiary/runtime';
import { denoisingLoss, drawBatch, noiseSchedule, trainingFeeds } from '@topiary/tasks';
import { buildDenoiser, type Denoiser, materialize, type Split } from '@topiary/zoo';

export interface DenoiserRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly warmup: number;
  readonly clip: number;
  readonly ema: number;
  /** Share of the labels that are dropped. */
  readonly dropout: number;
}

export interface DenoiserRequest {
  readonly denoiser: Denoiser;
  readonly train: Split;
  readonly recipe: DenoiserRecipe;
  readonly seed: number;
  readonly threads: number;
  readonly home: string;
  readonly log: (text: string) => void;
}

const KEEP_EVERY = 250;

/** Written beside and renamed: a kill leaves the last one whole. */
const keep = (path: string, bytes: Uint8Array): void => {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

/** Steps left over, each with its batch, its rate, and every so often a line and a checkpoint. */
const takeSteps = async (trainer: Trainer, request: DenoiserRequest, path: string): Promise<void> => {
  const { denoiser, train, recipe, seed, log } = request;
  const { steps, batch, lr, dropout } = recipe;
  const rise = recipe.warmup;
  const rate = warmup({ lr, steps: rise, next: cosine({ lr, steps: steps - rise }) });
  let [sum, began] = [0, performance.now()];
  for (let step = trainer.taken.steps; step < steps; step += 1) {
    const drawn = await drawBatch(train, { batch, seed, step, length: 1000, dropout });
    const { loss } = await trainer.step(trainingFeeds({ t: 't' }, drawn), rate(step));
    sum += loss;
    if ((step + 1) % KEEP_EVERY !== 0 && step + 1 !== steps) continue;
    const n = (step % KEEP_EVERY) + 1;
    log(
      `${denoiser.id} ${step + 1}/${steps}: loss ${(sum / n).toFixed(5)}, ${((performance.now() - began) / n).toFixed(0)} ms a step`,
    );
    keep(path, trainer.checkpoint());
    [sum, began] = [0, performance.now()];
  }
};

/** The moving average of the weights after all steps. */
export const trainDenoiser = async (request: DenoiserRequest): Promise<Graph> => {
  const { denoiser, recipe, seed, threads, home } = request;
  const { batch, clip, ema } = recipe;
  const schedule = noiseSchedule();
  const { predicts, classes } = denoiser;
  const trainer = await Trainer.create(materialize(buildDenoiser(denoiser), seed), {
    loss: denoisingLoss({ schedule, predicts, classes }),
    optimizer: adamw(),
    batch,
    weightDecay: 0,
    clip,
    ema,
    threads,
    provider: 'cpu',
  });
  const folder = join(home, 'dense');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${denoiser.id}-${seed}-${recipe.steps}.training`);
  try {
    if (existsSync(path)) trainer.restore(new Uint8Array(readFileSync(path)));
    await takeSteps(trainer, request, path);
    return trainer.export();
  } finally {
    await trainer.release();
  }
};
