/**
 * The graph that bases and shares are trained by: one expert is mixed for a batch, from all bases by its row of shares.
 *
 *   W = Σ_k α_k W_k with α = softmax(π)_i,   L = L_task + γ · mean over experts of -log softmax(π)_{j, basis of j}
 */
import { type Declared, type Loss, type LossGraph, lossGraph, parametersAs } from '@topiary/autodiff';
import { dataOf, floats, type Graph, type GraphBuilder, int, withData } from '@topiary/onnx';
import { declareInputs } from '../_inputs.js';
import type { Random } from '../_procedure.js';
import { basisOf, mixedNames } from './experts.js';

export type Mixer = 'softmax' | 'raw' | 'one-hot';

export interface MixtureOptions {
  readonly bases: number;
  readonly experts: number;
  readonly mixer: Mixer;
  /** Shares learn so many times faster than weights. */
  readonly mixerRate: number;
  readonly batch: number;
  readonly random: Random;
}

/** [experts, bases] */
export const SHARES = 'shares';
/** What is fed beside a batch: [1, experts], 1 at the expert whose batch it is; and γ. */
export const EXPERT = 'expert';
export const PULL = 'pull';
export const NETWORK_AS = 'student';

export const basesOf = (name: string): string => `bases/${name}`;

/** 1 at each expert's own basis. */
export const priorOf = ({ experts, bases }: Pick<MixtureOptions, 'experts' | 'bases'>): Float32Array => {
  const prior = new Float32Array(experts * bases);
  for (let i = 0; i < experts; i += 1) prior[i * bases + basisOf(i, experts, bases)] = 1;
  return prior;
};

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());

const softmax = (row: readonly number[]): number[] => {
  const most = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
};

/** By row, the shares of the bases that numbers under this mixer mean. */
export const sharesOf = (mixer: Mixer, numbers: Float32Array, bases: number): number[][] =>
  Array.from({ length: numbers.length / bases }, (_, i) => {
    const row = Array.from(numbers.subarray(i * bases, (i + 1) * bases));
    return mixer === 'softmax' ? softmax(row) : row;
  });

/** π ~ N(0, 1) + 3 · prior; shares that are no softmax begin as the one that this means, those of the prior alone as it. */
const firstShares = (options: MixtureOptions): Float32Array => {
  const prior = priorOf(options);
  if (options.mixer === 'one-hot') return prior;
  const logits = prior.map((one) => normal(options.random) + 3 * one);
  return options.mixer === 'softmax' ? logits : Float32Array.from(sharesOf('softmax', logits, options.bases).flat());
};

/** -log softmax(π) at each expert's own basis, the mean over all experts. */
const priorLoss = (b: GraphBuilder, numbers: string, options: MixtureOptions): string => {
  const prior = b.constant(floats(priorOf(options), [options.experts, options.bases]));
  const logs = b.op('LogSoftmax', [numbers], { axis: int(-1) });
  const sum = b.op('ReduceSum', [b.op('Mul', [logs, prior])], { keepdims: int(0) });
  return b.op('Mul', [sum, b.scalar(-1 / options.experts)]);
};

export interface Mixture {
  readonly graph: LossGraph;
  readonly parameters: readonly Declared[];
  /** Names of the network's initialisers that are mixed. */
  readonly mixed: readonly string[];
}

export const mixtureGraph = (network: Graph, loss: Loss, options: MixtureOptions): Mixture => {
  const { bases, experts, mixer, mixerRate, batch } = options;
  const mixed = mixedNames(network);
  const isLearned = mixer !== 'one-hot';
  const weights = new Set(mixed.filter((name) => network.initializers.get(name)!.dims.length > 1));
  const parameters: Declared[] = [
    ...(isLearned ? [{ name: SHARES, rate: mixerRate, decay: 0 }] : []),
    ...mixed.map((name) => ({ name: basesOf(name), ...(weights.has(name) ? {} : { decay: 0 }) })),
    ...parametersAs(NETWORK_AS, network).filter(({ name }) => !mixed.includes(name.slice(NETWORK_AS.length + 1))),
  ];
  const graph = lossGraph('remix-dit', ({ b, network: add }) => {
    const inputs = declareInputs(b, network, loss, batch);
    const numbers = b.initializer(withData(SHARES, floats(firstShares(options), [experts, bases])));
    const expert = b.input(EXPERT, 'float32', [1, experts]);
    const shares = mixer === 'softmax' ? b.op('Softmax', [numbers], { axis: int(-1) }) : numbers;
    const share = b.op('MatMul', [expert, shares]); // [1, bases]
    const replaced = Object.fromEntries(
      mixed.map((name) => {
        const { dims, ...one } = network.initializers.get(name)!;
        const data = dataOf({ dims, ...one }) as Float32Array;
        const all = new Float32Array(bases * data.length);
        for (let k = 0; k < bases; k += 1) all.set(data, k * data.length);
        const basis = b.initializer(withData(basesOf(name), floats(all, [bases, data.length])));
        const flat = b.op('MatMul', [share, basis]); // [1, size]
        return [name, b.op('Reshape', [flat, b.int64s([...dims])], { allowzero: int(0) })];
      }),
    );
    const { outputs, value } = add(network, { inputs, as: NETWORK_AS, replaced, statistics: 'running' });
    const built = b.scoped('loss', () => loss.build({ b, inputs, outputs, value }));
    if (mixer !== 'softmax') return built;
    const pull = b.input(PULL, 'float32', []);
    return { ...built, loss: b.op('Add', [built.loss, b.op('Mul', [pull, priorLoss(b, numbers, options)])]) };
  });
  return { graph, parameters, mixed };
};
