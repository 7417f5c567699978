/**
 * Trains a denoiser of the zoo from its seed: EMA, AdamW, a constant rate that falls over the last fifth. All lengths share
 * what comes before that fall, the trunk: it is kept where each length leaves it, and goes on from there for longer ones.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { adamw, type Schedule, stable, warmup } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import { Trainer } from '@topiary/runtime';
import { denoisingLoss, drawBatch, noiseSchedule, trainingFeeds } from '@topiary/tasks';
import { buildDenoiser, type Denoiser, materialize, type Split } from '@topiary/zoo';

export interface DenoiserRecipe {
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly warmup: number;
  /** Share of the steps, the last ones, in which the rate falls to zero. */
  readonly decay: number;
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
  /** Steps between two checkpoints (250). */
  readonly keepEvery?: number;
}

/** Written beside and renamed: a kill leaves the last one whole. */
const keep = (path: string, bytes: Uint8Array): void => {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
};

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

/** What every state says that it is of. Lengths share their trunk, so neither they nor the share of the fall belong to it. */
const settingOf = ({ denoiser, seed, recipe: { steps, decay, ...shared } }: DenoiserRequest, part: 'trunk' | 'fall') =>
  JSON.stringify({ denoiser: denoiser.id, seed, ...shared, ...(part === 'fall' ? { steps, decay } : {}) });

/** The step after which a length leaves the trunk. */
const leavesAt = ({ steps, decay }: DenoiserRecipe): number => steps - Math.round(decay * steps);

/** Where a training's states lie: the trunk's by their step, and that of this length alone. */
const filesOf = ({ denoiser, seed, home, recipe }: DenoiserRequest) => {
  const folder = join(home, 'dense');
  mkdirSync(folder, { recursive: true });
  const name = `${denoiser.id}-${seed}`;
  const [start, end] = [`${name}.trunk-`, '.training'];
  const states = readdirSync(folder).filter((file) => file.startsWith(start) && file.endsWith(end));
  return {
    trunk: (step: number) => join(folder, `${start}${step}${end}`),
    /** Steps whose state of the trunk is there, the last one first. */
    kept: states.map((file) => Number(file.slice(start.length, -end.length))).sort((a, b) => b - a),
    own: join(folder, `${name}-${recipe.steps}.training`),
  };
};

/** Steps up to `until`, each with its batch and rate; every so often `save` is called with the step, and a line is said. */
const takeSteps = async (
  trainer: Trainer,
  request: DenoiserRequest,
  until: number,
  save: (step: number) => void,
): Promise<void> => {
  const { denoiser, train, recipe, seed, log, keepEvery = 250 } = request;
  const { steps, batch, lr, dropout } = recipe;
  const [rise, fall] = [recipe.warmup, steps - leavesAt(recipe)];
  const rate: Schedule = warmup({ lr, steps: rise, next: stable({ lr, steps: steps - rise, decay: fall }) });
  let [sum, n, began] = [0, 0, performance.now()];
  for (let step = trainer.taken.steps; step < until; step += 1) {
    const drawn = await drawBatch(train, { batch, seed, step, length: 1000, dropout });
    sum += (await trainer.step(trainingFeeds({ t: 't' }, drawn), rate(step))).loss;
    n += 1;
    if ((step + 1) % keepEvery !== 0 && step + 1 !== until) continue;
    save(step + 1);
    const ms = ((performance.now() - began) / n).toFixed(0);
    log(`${denoiser.id} ${step + 1}/${steps}: loss ${(sum / n).toFixed(5)}, ${ms} ms a step`);
    [sum, n, began] = [0, 0, performance.now()];
  }
};

/** Up to where this length leaves the trunk, from its latest state before that. */
const followTrunk = async (trainer: Trainer, request: DenoiserRequest): Promise<void> => {
  const { trunk, kept } = filesOf(request);
  const until = leavesAt(request.recipe);
  const from = kept.find((step) => step <= until);
  if (from !== undefined) trainer.restore(read(trunk(from)), settingOf(request, 'trunk'));
  let last: string | null = null;
  await takeSteps(trainer, request, until, (step) => {
    keep(trunk(step), trainer.checkpoint(settingOf(request, 'trunk')));
    // what another length may have left stays
    if (last !== null) rmSync(last);
    last = kept.includes(step) ? null : trunk(step);
  });
};

/** The moving average of the weights after all steps. */
export const trainDenoiser = async (request: DenoiserRequest): Promise<Graph> => {
  const { denoiser, recipe, seed, threads } = request;
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
  const { own } = filesOf(request);
  try {
    if (existsSync(own)) trainer.restore(read(own), settingOf(request, 'fall'));
    else await followTrunk(trainer, request);
    await takeSteps(trainer, request, recipe.steps, () => keep(own, trainer.checkpoint(settingOf(request, 'fall'))));
    return trainer.export();
  } finally {
    await trainer.release();
  }
};
