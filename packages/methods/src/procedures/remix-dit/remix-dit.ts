/**
 * Remix-DiT (Fang et al. 2024, arXiv 2412.05628): K bases are trained on together, each batch through the mixture of one expert
 * at timesteps that are its own; then N experts are computed from them, and a step of a sampling calls the one it belongs to.
 */
import { floats, type Graph, scalar, type Tensor, tensor } from '@topiary/onnx';
import { assertPipeline, type Feeds, graphOf, type Pipeline, paramsOf, withGraphs } from '@topiary/pipeline';
import { blocksOf } from '@topiary/pruning';
import type { Trajectory } from '@topiary/tasks';
import { gatesFact, scheduleFact } from '../_facts.js';
import type { LossTrainer, Procedure, ProcedureContext, ProcedureRequest, Random } from '../_procedure.js';
import { runSteps } from '../_training.js';
import { optimizerOf } from '../_training-parts.js';
import { REMIX_DIT } from './about.js';
import { expertPipeline, intervalOf, mixtureOf } from './experts.js';
import {
  basesOf,
  EXPERT,
  type Mixer,
  type Mixture,
  mixtureGraph,
  NETWORK_AS,
  PULL,
  priorOf,
  SHARES,
  sharesOf,
} from './mixture.js';

const numbersOf = ({ params, recipe }: Pick<ProcedureRequest, 'params' | 'recipe'>) => ({
  bases: Number(params['bases']),
  experts: Number(params['experts']),
  mixer: params['mixer'] as Mixer,
  // the rate of a step is that of the weights
  mixerRate: recipe.finetune.lr === 0 ? 1 : Number(params['mixer-rate']) / recipe.finetune.lr,
  prior: Number(params['prior']),
  batch: recipe.finetune.batch,
});

const refuses = (
  pipeline: Pipeline,
  { params }: Pick<ProcedureRequest, 'params'>,
  trajectory: Trajectory | null | undefined,
): string | null => {
  const [bases, experts] = [Number(params['bases']), Number(params['experts'])];
  if (pipeline.parts.size > 1) return 'several parts: it mixes one network';
  const { stretches } = pipeline.schedule;
  if (stretches.length > 1 || stretches[0]!.calls.length !== 1)
    return 'a schedule of its own: experts take turns by it';
  if (trajectory === null) return 'a task without a loop: there are no timesteps to be an expert of';
  if (experts % bases !== 0) return `${experts} experts of ${bases} bases, which do not come in equal numbers`;
  const steps = trajectory?.timesteps.length;
  if (steps !== undefined && steps % experts !== 0)
    return `${experts} experts of ${steps} steps, which no expert shares`;
  return blocksOf(graphOf(pipeline)).length === 0 ? 'no residual blocks: nothing to mix' : null;
};

interface Drawing {
  readonly experts: number;
  /** The input that holds timesteps. */
  readonly time: string;
  readonly length: number;
  readonly random: Random;
}

/** A batch of one expert: timesteps of its own in the place of those that were drawn. */
const ofOneExpert = (feeds: Feeds, { experts, time, length, random }: Drawing): Feeds => {
  const expert = random.below(experts);
  const [from, to] = intervalOf(expert, experts, length);
  const count = feeds[time]!.data.length;
  const own = BigInt64Array.from({ length: count }, () => BigInt(from + random.below(to - from)));
  const chosen = Float32Array.from({ length: experts }, (_, i) => Number(i === expert));
  return { ...feeds, [time]: tensor('int64', [count], own), [EXPERT]: floats(chosen, [1, experts]) };
};

/** The task with batches of one expert each, and the pull of the prior, which falls to nothing over the training. */
const withExperts = (task: ProcedureContext['task'], drawing: Drawing, prior: number): ProcedureContext['task'] => ({
  ...task,
  batches: async function* (pipeline, request) {
    let taken = 0;
    for await (const feeds of task.batches(pipeline, request)) {
      const pull = scalar(prior * (1 - taken / request.steps));
      taken += 1;
      yield { ...ofOneExpert(feeds, drawing), [PULL]: pull };
    }
    return undefined;
  },
});

/** Bases and shares in training, to its end. */
const learn = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  { graph, parameters }: Mixture,
  progress: (share: number) => void,
): Promise<LossTrainer> => {
  const { pipeline, seed, task } = context;
  const { finetune } = request.recipe;
  const trainer = await context.lossTrainer(graph, {
    optimizer: optimizerOf(finetune),
    parameters,
    weightDecay: finetune.weightDecay,
    clip: finetune.clip,
    ema: finetune.ema,
  });
  const { inputs, length } = task.trajectory(pipeline)!;
  const { experts, prior } = numbersOf(request);
  const random = context.random(`remix-dit/${seed}`);
  const drawing = { experts, time: inputs(graphOf(pipeline)).time, length, random };
  const own = { ...context, task: withExperts(task, drawing, prior) };
  await runSteps(own, trainer, pipeline, finetune, { stage: 'finetune', progress });
  return trainer;
};

/** Of a row of shares, in nats. */
const entropyOf = (row: readonly number[]): number =>
  row.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0);

type Shares = readonly (readonly number[])[];

/** Every tensor that is mixed, for every expert, with what was learned; experts of the same shares have the same ones. */
const weightsOf = (
  trainer: LossTrainer,
  network: Graph,
  mixed: readonly string[],
  shares: Shares,
  average: boolean,
) => {
  const bases = new Map(mixed.map((name) => [name, trainer.value(basesOf(name), { average })]));
  const known = new Map<string, ReadonlyMap<string, Tensor>>();
  return shares.map((row) => {
    const dimsOf = (name: string) => network.initializers.get(name)!.dims;
    const made =
      known.get(row.join()) ??
      new Map(mixed.map((name) => [name, mixtureOf(bases.get(name)!, row, dimsOf(name))] as const));
    known.set(row.join(), made);
    return made;
  });
};

const factsOf = (made: Pipeline, { counter }: ProcedureRequest, shares: Shares, { timesteps, length }: Trajectory) => {
  const rows = shares.map((_, i) => {
    const [from, to] = intervalOf(i, shares.length, length);
    return `${from} to ${to - 1}`;
  });
  const columns = { title: 'basis', at: shares[0]!.map((__, k) => k + 1) };
  const isShare = shares.flat().every((value) => value >= 0 && value <= 1);
  const mixtures = {
    rows,
    columns,
    values: shares.map((row) => [...row]),
    share: 'share of the basis in the mixture',
    kept: null,
  };
  return [
    scheduleFact('Schedule', made, { counter, timesteps }),
    ...(isShare ? [gatesFact('Mixtures', mixtures)] : []),
  ];
};

export const RemixDit: Procedure = {
  ...REMIX_DIT,
  refuses,
  run: async (context, request) => {
    const { pipeline, task, log, seed } = context;
    const network = graphOf(pipeline);
    const numbers = numbersOf(request);
    const trajectory = task.trajectory(pipeline)!;
    const random = context.random(`remix-dit/shares/${seed}`);
    const mixture = mixtureGraph(network, task.loss(null), { ...numbers, random });
    const trainer = await context.stage('finetune', (progress) => learn(context, request, mixture, progress));
    try {
      return await context.stage('mix', async () => {
        const { mixer, bases, experts } = numbers;
        const average = request.recipe.finetune.ema > 0;
        const own = mixer === 'one-hot' ? priorOf(numbers) : (trainer.value(SHARES, { average }).data as Float32Array);
        const shares = sharesOf(mixer, own, bases);
        const weights = weightsOf(trainer, network, mixture.mixed, shares, average);
        const trained = withGraphs(pipeline, () => trainer.fill(network, NETWORK_AS));
        const made = expertPipeline(trained, { weights, ...trajectory });
        assertPipeline(made);
        const entropy = shares.reduce((sum, row) => sum + entropyOf(row), 0) / experts;
        const said = `${experts} experts of ${bases} bases in ${made.parts.size} parts, ${paramsOf(made)} parameters`;
        log(`${said}; mean entropy of the shares ${entropy.toFixed(2)}`);
        return { pipeline: made, facts: factsOf(made, request, shares, trajectory), flags: [] };
      });
    } finally {
      await trainer.release();
    }
  },
};
