/** Learns the gates of a pattern together with an update of the weights; the gates' moving average decides. */
import { adamw, constant } from '@topiary/autodiff';
import type { GatesFact } from '@topiary/contracts';
import { floats, type Graph, scalar } from '@topiary/onnx';
import { type Block, blocksOf } from '@topiary/pruning';
import type { ProcedureContext, ProcedureRequest, Random } from '../_procedure.js';
import { choicesOf, masksOf, SCALING } from './choices.js';
import { GATES, GUMBEL, type Search, searchGraph, TEMPERATURE } from './search.js';

/** τ falls evenly from the first to the last step. */
const [HOT, COLD] = [4, 0.1];
const EMA = 0.999;
/** Points of a curve. */
const POINTS = 50;

export const numbersOf = ({ params }: Pick<ProcedureRequest, 'params'>) => ({
  keep: Number(params['keep']),
  of: Number(params['of']),
  steps: Number(params['steps']),
  rank: Number(params['rank']),
  lr: Number(params['lr']),
  gateRate: Number(params['gate-rate']),
});

/** -ln(-ln u), u kept away from 0, where it has no end. */
const gumbel = (random: Random, dims: readonly number[]) =>
  floats(
    Float32Array.from(
      { length: dims.reduce((a, b) => a * b, 1) },
      () => -Math.log(-Math.log(random.unit() + 2 ** -40)),
    ),
    dims,
  );

export const searchOf = (context: ProcedureContext, request: ProcedureRequest, network: Graph): Search => {
  const { keep, of, rank, lr, gateRate } = numbersOf(request);
  const update = request.params['update'] as 'lora' | 'full' | 'frozen';
  const { batch } = request.recipe.finetune;
  const random = context.random(`tinyfusion/lora/${context.seed}`);
  // the rate of a step is that of the update, or of the gates where nothing else learns
  const rate = update === 'frozen' || lr === 0 ? 1 : gateRate / lr;
  return searchGraph(network, blocksOf(network), context.task.loss(null), {
    keep,
    of,
    batch,
    update,
    rank,
    gateRate: rate,
    random,
  });
};

/** The probability that each block stays, by the softmax of its group's gates. */
const staysOf = (gates: Float32Array, masks: ReturnType<typeof masksOf>): number[] => {
  const options = masks.length;
  return Array.from({ length: gates.length / options }).flatMap((_, group) => {
    const own = Array.from(gates.subarray(group * options, (group + 1) * options), (gate) => SCALING * gate);
    const most = Math.max(...own);
    const weights = own.map((logit) => Math.exp(logit - most));
    const sum = weights.reduce((a, b) => a + b, 0);
    return masks[0]!.map((__, j) => weights.reduce((total, w, i) => total + (w * masks[i]![j]!) / sum, 0));
  });
};

export interface Learned {
  readonly gates: Float32Array;
  /** How the choice formed: by training step and block. */
  readonly history: readonly { readonly step: number; readonly stays: readonly number[] }[];
}

/** As a picture: a row for every block. */
export const formed = (
  { history }: Pick<Learned, 'history'>,
  blocks: readonly Block[],
  kept: readonly boolean[],
): GatesFact => ({
  rows: blocks.map(({ name }) => name),
  columns: { title: 'training step of the search', at: history.map(({ step }) => step) },
  values: blocks.map((_, j) => history.map(({ stays }) => stays[j]!)),
  share: 'probability that the block stays',
  kept: [...kept],
});

/** Gates after the search: their moving average decides. */
export const learnGates = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  { graph, parameters, groups, options }: Search,
  progress: (share: number) => void,
): Promise<Learned> => {
  const { steps, lr, gateRate, keep, of } = numbersOf(request);
  const masks = masksOf(keep, of);
  const history: { step: number; stays: number[] }[] = [];
  const { batch } = request.recipe.finetune;
  const { pipeline, seed, task, point } = context;
  const trainer = await context.lossTrainer(graph, {
    optimizer: adamw(),
    parameters,
    clip: 1,
    ema: EMA,
    onNotFinite: 'skip',
  });
  const random = context.random(`tinyfusion/gumbel/${seed}`);
  const batches = task.batches(pipeline, { from: 'train', batch, steps, seed, training: request.recipe.finetune });
  const every = Math.max(1, Math.floor(steps / POINTS));
  const isFrozen = parameters.length === 1;
  try {
    await context.fit(trainer, {
      steps,
      schedule: constant(isFrozen || lr === 0 ? gateRate : lr),
      batch: async (step) => {
        await context.pause();
        const temperature = HOT + ((COLD - HOT) * step) / Math.max(1, steps - 1);
        const drawn = { [GUMBEL]: gumbel(random, [batch, groups, options]), [TEMPERATURE]: scalar(temperature) };
        return { ...(await batches.next()).value!, ...drawn };
      },
      onStep: ({ step, loss, skipped }) => {
        progress(step / steps);
        if (step % every !== 0) return;
        if (!skipped) point('search', 'search-loss', step, loss);
        const gates = trainer.value(GATES, { average: true }).data as Float32Array;
        history.push({ step, stays: staysOf(gates, masks) });
        choicesOf(gates, options).forEach(({ confidence }, group) => {
          point('search', `confidence-${group}`, step, confidence);
        });
      },
    });
    return { gates: trainer.value(GATES, { average: true }).data as Float32Array, history };
  } finally {
    await trainer.release();
  }
};
