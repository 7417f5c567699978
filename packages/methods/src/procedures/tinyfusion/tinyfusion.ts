/**
 * TinyFusion (Fang et al. 2024, arXiv 2412.01199): depth pruning by what can be recovered. Which N of every M blocks stay is a
 * distribution that is learned together with an update of the weights; the update is thrown away, and the shallow network goes
 * on from the weights that the whole one had. Other choices of as many blocks stand beside it, to be compared with.
 */
import { type Graph, scalar } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { merge, type Pipeline, split } from '@topiary/pipeline';
import { type Block, blocksOf, dropBlocks } from '@topiary/pruning';
import type { Fact } from '@topiary/tasks';
import { gatesFact } from '../_facts.js';
import type { Procedure, ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { fromScratch } from '../_scratch.js';
import { trainPipeline } from '../_training.js';
import { TINYFUSION } from './about.js';
import { calibrate } from './calibration.js';
import { choicesOf, masksOf } from './choices.js';
import { SHARE, withFeatures } from './features.js';
import { formed, learnGates, numbersOf, searchOf } from './learn.js';
import { RIVALS } from './rivals.js';
import { isUniform } from './search.js';

/** A group whose best mask has less than this is open, still. */
const UNDECIDED = 0.9;

interface Choice {
  readonly kept: readonly boolean[];
  readonly facts: readonly Fact[];
  readonly flags: readonly string[];
}

const learned = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  network: Graph,
  progress: (share: number) => void,
): Promise<Choice> => {
  const { keep, of } = numbersOf(request);
  const search = searchOf(context, request, network);
  const found = await learnGates(context, request, search, progress);
  const choices = choicesOf(found.gates, search.options);
  const masks = masksOf(keep, of);
  const kept = choices.flatMap(({ option }) => masks[option]!.map((stays) => stays === 1));
  const confidence = choices.map((choice) => choice.confidence);
  context.log(`confidence ${confidence.map((one) => one.toFixed(2)).join(', ')}`);
  return {
    kept,
    facts: [gatesFact('Gates', formed(found, blocksOf(network), kept))],
    flags: confidence.some((one) => one < UNDECIDED) ? ['undecided'] : [],
  };
};

/** Which blocks stay, and the loss right after the others are gone. */
const choose = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  network: Graph,
  progress: (share: number) => void,
): Promise<Choice> => {
  const { params, recipe } = request;
  const { keep, of } = numbersOf(request);
  const blocks = blocksOf(network);
  const rival = RIVALS[String(params['which'])];
  const calibration = await calibrate(context, network, blocks, recipe.finetune.batch);
  try {
    const random = context.random(`tinyfusion/rivals/${context.seed}`);
    const pattern = { blocks: blocks.length, keep, of, masks: Number(params['masks']) };
    const choice = rival
      ? { kept: await rival({ ...pattern, calibration, random, progress }), facts: [], flags: [] }
      : await learned(context, request, network, progress);
    const loss = await calibration.loss(choice.kept);
    const names = blocks.filter((_, i) => choice.kept[i]).map(({ name }) => name);
    context.log(`keeps ${names.join(', ')}; loss without the others ${loss.toFixed(4)}`);
    context.point('search', 'calibration-loss', 0, loss);
    return choice;
  } finally {
    await calibration.release();
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

const finetuned = async (
  context: ProcedureContext,
  { params, recipe }: ProcedureRequest,
  smaller: Pipeline,
  progress: (share: number) => void,
): Promise<Pipeline> => {
  const features = Number(params['features']);
  const { steps } = recipe.finetune;
  const taught = {
    loss: (loss: Parameters<typeof withFeatures>[0]) => withFeatures(loss, merge(smaller), merge(context.base)),
    // features count less and less, and nothing in the end
    beside: (step: number) => ({ [SHARE]: scalar(features * (1 - step / Math.max(1, steps - 1))) }),
  };
  return trainPipeline(context, smaller, recipe.finetune, {
    ...{ stage: 'finetune', progress, teachers: { base: context.base } },
    ...(features > 0 ? taught : {}),
  });
};

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
    const { kept, facts, flags } = await context.stage('search', (progress) =>
      choose(context, request, network, progress),
    );
    const left = shallow(context.pipeline, blocksOf(network), kept);
    const isScratch = request.params['begin'] === 'scratch';
    const random = context.random(`tinyfusion/scratch/${context.seed}`);
    const smaller = isScratch ? split(fromScratch(merge(left), random), left) : left;
    await context.milestone('pruned', smaller);
    const pipeline = await context.stage('finetune', (progress) => finetuned(context, request, smaller, progress));
    return { pipeline, facts, flags };
  },
};
