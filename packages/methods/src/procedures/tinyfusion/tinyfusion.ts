/**
 * TinyFusion (Fang et al. 2024, arXiv 2412.01199): depth pruning by what can be recovered. Which N of every M blocks stay is a
 * distribution that is learned together with an update of the weights; the update is thrown away, and the shallow network goes
 * on from the weights that the whole one had.
 */
import { adamw, constant } from '@topiary/autodiff';
import { floats, type Graph, scalar } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { merge, type Pipeline, split } from '@topiary/pipeline';
import { type Block, blocksOf, dropBlocks } from '@topiary/pruning';
import type { Procedure, ProcedureContext, ProcedureRequest, Random } from '../_procedure.js';
import { trainPipeline } from '../_training.js';
import { TINYFUSION } from './about.js';
import { choicesOf, masksOf } from './choices.js';
import { GATES, GUMBEL, isUniform, type Search, searchGraph, TEMPERATURE } from './search.js';

/** τ falls evenly from the first to the last step. */
const [HOT, COLD] = [4, 0.1];
const EMA = 0.999;
/** Points of a curve. */
const POINTS = 50;

const numbersOf = ({ params }: Pick<ProcedureRequest, 'params'>) => ({
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

const searchOf = (context: ProcedureContext, request: ProcedureRequest, network: Graph): Search => {
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

/** Gates after the search: their moving average decides. */
const learnGates = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  { graph, parameters, groups, options }: Search,
  progress: (share: number) => void,
): Promise<Float32Array> => {
  const { steps, lr, gateRate } = numbersOf(request);
  const { batch } = request.recipe.finetune;
  const { pipeline, seed, task, point } = context;
  const trainer = await context.lossTrainer(graph, {
    optimizer: adamw(),
    parameters,
    clip: 1,
    ema: EMA,
    onNotFinite: 'skip',
    together: 1,
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
        choicesOf(trainer.value(GATES, { average: true }).data as Float32Array, options).forEach(
          ({ confidence }, group) => {
            point('search', `confidence-${group}`, step, confidence);
          },
        );
      },
    });
    return trainer.value(GATES, { average: true }).data as Float32Array;
  } finally {
    await trainer.release();
  }
};

const shallow = (pipeline: Pipeline, blocks: readonly Block[], kept: readonly boolean[]): Pipeline =>
  split(
    dropBlocks(
      merge(pipeline),
      blocks.filter((_, i) => !kept[i]),
    ),
    pipeline,
  );

/** Why a pattern does not fit the blocks of a network; null: it does. */
const refuses = (pipeline: Pipeline, { params }: Pick<ProcedureRequest, 'params'>): string | null => {
  const [keep, of] = [Number(params['keep']), Number(params['of'])];
  const graph = merge(pipeline);
  const blocks = blocksOf(graph);
  if (pipeline.parts.size > 1) return 'several parts: it looks for blocks in one network';
  if (keep >= of) return `${keep} of ${of} blocks: nothing would leave`;
  if (blocks.length === 0 || blocks.length % of !== 0) return `${blocks.length} blocks, which are no groups of ${of}`;
  if (!isUniform(inferTypes(graph), blocks))
    return 'blocks that change the width of their stream: none can be left out';
  return null;
};

export const TinyFusion: Procedure = {
  ...TINYFUSION,
  refuses: (pipeline, request) => refuses(pipeline, request),
  run: async (context, request) => {
    const network = merge(context.pipeline);
    const blocks = blocksOf(network);
    const { keep, of } = numbersOf(request);
    const search = searchOf(context, request, network);
    const gates = await context.stage('search', (progress) => learnGates(context, request, search, progress));
    const choices = choicesOf(gates, search.options);
    const masks = masksOf(keep, of);
    const kept = choices.flatMap(({ option }) => masks[option]!.map((stays) => stays === 1));
    const names = blocks.filter((_, i) => kept[i]).map(({ name }) => name);
    const confidence = choices.map((choice) => choice.confidence);
    context.log(`keeps ${names.join(', ')}; confidence ${confidence.map((one) => one.toFixed(2)).join(', ')}`);
    const smaller = shallow(context.pipeline, blocks, kept);
    await context.milestone('pruned', smaller);
    const pipeline = await context.stage('finetune', (progress) =>
      trainPipeline(context, smaller, request.recipe.finetune, {
        stage: 'finetune',
        progress,
        teachers: { base: context.base },
      }),
    );
    return { pipeline, facts: [], flags: confidence.some((one) => one < UNDECIDED) ? ['undecided'] : [] };
  },
};

/** A group whose best mask has less than this is open, still. */
const UNDECIDED = 0.9;
