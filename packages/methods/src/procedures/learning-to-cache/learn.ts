/** Learns the router of every step that reuses, one after another: their weights are frozen, so none depends on another. */
import { adamw, constant } from '@topiary/autodiff';
import { floats, type Graph, type Tensor, tensor } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import type { Trajectory } from '@topiary/tasks';
import type { LossTrainer, ProcedureContext, ProcedureRequest, Random } from '../_procedure.js';
import { sigmoid, type Table } from './choice.js';
import type { Layer } from './reuse.js';
import { changeGraph, NEXT, ROUTER, type RouterOptions, routerGraph } from './router.js';

const LIMIT = 5;
/** Gates this near to 0 or 1 are decided. */
const DECIDED = 0.02;
/** Batches that say how much of the stream changes. */
const MEASURED = 2;

export interface Learning {
  readonly context: ProcedureContext;
  readonly request: ProcedureRequest;
  readonly network: Graph;
  readonly layers: readonly Layer[];
  readonly trajectory: Trajectory;
}

/** Pairs of steps: the first in full, the second reuses. */
export const pairsOf = ({ timesteps }: Trajectory): readonly (readonly [number, number])[] =>
  Array.from({ length: timesteps.length / 2 }, (_, n) => [timesteps[2 * n]!, timesteps[2 * n + 1]!]);

const whole = (value: number, count: number): Tensor =>
  tensor('int64', [count], new BigInt64Array(count).fill(BigInt(value)));

/** A batch of training at a pair of steps. */
const atPair = (feeds: Feeds, time: string, [now, next]: readonly [number, number], batch: number): Feeds => ({
  ...feeds,
  [time]: whole(now, batch),
  [NEXT]: whole(next, batch),
});

/** Normally distributed, by Box and Muller. */
const normals = (random: Random, count: number): Float32Array =>
  Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit()),
  );

const optionsOf = ({ context, request, trajectory }: Learning): RouterOptions => ({
  loss: context.task.loss(null),
  trajectory,
  batch: request.recipe.finetune.batch,
});

const batchesOf = ({ context, request }: Learning, steps: number, seed: number) =>
  context.task.batches(context.pipeline, { from: 'train', batch: request.recipe.finetune.batch, steps, seed });

/** Logits of one step that reuses, from where chance puts them. */
const learnPair = async (
  { context, request, network, trajectory }: Learning,
  trainer: LossTrainer,
  { n, batches }: { readonly n: number; readonly batches: AsyncGenerator<Feeds, undefined> },
  progress: (share: number) => void,
): Promise<readonly number[]> => {
  const { params, recipe } = request;
  const [steps, lr] = [Number(params['steps']), Number(params['lr'])];
  const { time } = trajectory.inputs(network);
  const pair = pairsOf(trajectory)[n]!;
  const { dims } = trainer.value(ROUTER);
  const random = context.random(`learning-to-cache/${context.seed}/${n}`);
  trainer.setValue(ROUTER, floats(normals(random, dims[0]!), dims));
  await context.fit(trainer, {
    steps,
    schedule: constant(lr),
    batch: async () => {
      await context.pause();
      return atPair((await batches.next()).value!, time, pair, recipe.finetune.batch);
    },
    onStep: ({ step, loss }) => {
      progress(step / steps);
      context.point('router', 'router-loss', n * steps + step, loss);
      const gates = trainer.value(ROUTER).data as Float32Array;
      const computed = gates.reduce((sum, logit) => sum + sigmoid(logit), 0) / gates.length;
      context.point('router', 'computed-share', n * steps + step, computed);
    },
  });
  return Array.from(trainer.value(ROUTER).data as Float32Array);
};

/** What was learned so far, under what it was learned by: a run of several steps keeps one state. */
const keyOf = ({ request, layers, trajectory }: Learning): string => {
  const { price, steps, lr } = request.params;
  return JSON.stringify(['learning-to-cache', price, steps, lr, layers.length, trajectory.timesteps]);
};

const encoded = (learning: Learning, rows: Table): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ key: keyOf(learning), rows }));

const decoded = (learning: Learning, bytes: Uint8Array | null): number[][] => {
  if (bytes === null) return [];
  try {
    const { key, rows } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return key === keyOf(learning) ? rows : [];
  } catch {
    // another step's
    return [];
  }
};

/** σ(r) by pair of steps and sub-layer. What was learned before the process died is kept. */
export const learnShares = async (learning: Learning, progress: (share: number) => void): Promise<Table> => {
  const { context, request, network, layers, trajectory } = learning;
  const { price, steps } = request.params;
  const said = layers.map((layer) => layer.said);
  const rows = decoded(learning, await context.restore());
  const pairs = pairsOf(trajectory).length;
  const trainer = await context.lossTrainer(
    routerGraph(network, said, { ...optionsOf(learning), price: Number(price) }),
    { optimizer: adamw(), parameters: [{ name: ROUTER, decay: 0, clamp: [-LIMIT, LIMIT] }] },
  );
  const untouched = trainer.checkpoint();
  try {
    const batches = batchesOf(learning, pairs * Number(steps), context.seed);
    for (let skipped = 0; skipped < rows.length * Number(steps); skipped += 1) await batches.next();
    for (let n = rows.length; n < pairs; n += 1) {
      // moments of the step before are none of this one's
      trainer.restore(untouched);
      rows.push([...(await learnPair(learning, trainer, { n, batches }, (share) => progress((n + share) / pairs)))]);
      await context.checkpoint(encoded(learning, rows));
    }
  } finally {
    await trainer.release();
  }
  const shares = rows.map((row) => row.map(sigmoid));
  const open = shares.flat().filter((share) => share > DECIDED && share < 1 - DECIDED).length;
  context.log(`${open} of ${shares.flat().length} gates are undecided, between ${DECIDED} and ${1 - DECIDED}`);
  return shares;
};

/** How much of the stream changes where a sub-layer is reused, by pair of steps and sub-layer. */
export const measureChanges = async (learning: Learning): Promise<Table> => {
  const { context, request, network, layers, trajectory } = learning;
  const { batch } = request.recipe.finetune;
  const { time } = trajectory.inputs(network);
  const pairs = pairsOf(trajectory);
  const session = await context.session(changeGraph(network, layers, optionsOf(learning)));
  try {
    const changes = pairs.map(() => layers.map(() => 0));
    const batches = batchesOf(learning, MEASURED, context.seed + 1);
    for await (const feeds of batches) {
      for (const [n, pair] of pairs.entries()) {
        await context.pause();
        const [found] = Object.values(await session.run(atPair(feeds, time, pair, batch)));
        (found!.data as Float32Array).forEach((change, j) => {
          changes[n]![j]! += change / MEASURED;
        });
      }
    }
    return changes;
  } finally {
    await session.release();
  }
};
