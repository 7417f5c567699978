/**
 * What a denoiser is trained by. Noise is mixed in inside the graph, from inputs that the loss declares, so that whoever
 * trains may choose timesteps and noise:
 *
 *   x_t = √ᾱ_t x₀ + √(1 - ᾱ_t) ε;   L = mean (ε - ε̂)²,   of velocities (v = √ᾱ_t ε - √(1 - ᾱ_t) x₀) mean (v - v̂)²
 *
 * A network with twice as many channels learns the variances of its steps, too: see `variance-loss.ts`.
 */
import type { Loss } from '@topiary/autodiff';
import { type GraphBuilder, int, type Value } from '@topiary/onnx';
import { conditionsOf } from '@topiary/zoo';
import { atSteps } from './at-steps.js';
import type { NoiseSchedule } from './noise-schedule.js';
import { varianceLoss } from './variance-loss.js';

/**
 * Names of the inputs beside the timestep's: clean pictures, noise, classes, and 1 where the class is kept from the network.
 * No value of a network is called so.
 */
export const FEEDS = { picture: 'drawn:x0', noise: 'drawn:noise', label: 'drawn:label', drop: 'drawn:drop' } as const;

export interface DenoisingOptions {
  readonly schedule: NoiseSchedule;
  readonly predicts: 'noise' | 'velocity';
  /** The number after the last class means no class. */
  readonly classes: number;
}

/** a_t · p + b_t · q */
const mixed = (b: GraphBuilder, [p, q]: readonly [string, string], [a, c]: readonly [string, string]): string =>
  b.op('Add', [b.op('Mul', [a, p]), b.op('Mul', [c, q])]);

const rates = (b: GraphBuilder, { kept }: NoiseSchedule, t: string) => ({
  picture: atSteps(b, kept.map(Math.sqrt), t),
  noise: atSteps(
    b,
    kept.map((value) => Math.sqrt(1 - value)),
    t,
  ),
});

/** Makes the network's inputs from the loss's own. */
const declare =
  ({ schedule, classes }: DenoisingOptions): NonNullable<Loss['declare']> =>
  (b, inputs: readonly Value[]) => {
    const { x, t, y } = conditionsOf(inputs);
    const picture = b.input(FEEDS.picture, 'float32', x.shape);
    const noise = b.input(FEEDS.noise, 'float32', x.shape);
    const label = b.input(FEEDS.label, 'int64', y.shape);
    const drop = b.input(FEEDS.drop, 'int64', y.shape);
    b.input(t.name, t.type, t.shape);
    const rate = rates(b, schedule, t.name);
    const parts = [rate.picture, picture, rate.noise, noise] as const;
    const [p, q] = [b.op('Mul', [parts[0], parts[1]]), b.op('Mul', [parts[2], parts[3]])];
    b.op('Add', [p, q], {}, { outputs: [x.name] });
    // y + drop · (classes - y)
    const left = b.op('Sub', [b.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(classes)) }), label]);
    b.op('Add', [label, b.op('Mul', [drop, left])], {}, { outputs: [y.name] });
  };

/** Channels from … up to … of what the network says. */
const channelsOf = (b: GraphBuilder, output: string, from: number, to: number): string =>
  from === 0 && Number(b.shape(output)[1]) === to
    ? output
    : b.op('Slice', [output, b.int64s([from]), b.int64s([to]), b.int64s([1]), b.int64s([1])]);

const targetOf = (b: GraphBuilder, { predicts, schedule }: DenoisingOptions, t: string): string => {
  if (predicts === 'noise') return FEEDS.noise;
  const rate = rates(b, schedule, t);
  return mixed(b, [FEEDS.noise, FEEDS.picture], [rate.picture, b.op('Neg', [rate.noise])]);
};

export const denoisingLoss = (options: DenoisingOptions): Loss => {
  const loss: Loss = {
    id: `denoising-${options.predicts}`,
    declare: declare(options),
    build: ({ b, inputs, outputs }) => {
      const { x, t } = conditionsOf(inputs.map((name) => ({ name, ...b.type(name) })));
      const [said, channels] = [outputs[0]!, Number(b.shape(FEEDS.picture)[1])];
      const predicted = channelsOf(b, said, 0, channels);
      const error = b.op('Sub', [predicted, targetOf(b, options, t.name)]);
      const loss = b.op('ReduceMean', [b.op('Mul', [error, error])], { keepdims: int(0) });
      if (Number(b.shape(said)[1]) === channels) return { loss, metrics: {} };
      const v = channelsOf(b, said, channels, 2 * channels);
      const terms = { picture: FEEDS.picture, noised: x.name, predicted, v, t: t.name };
      return { loss: b.op('Add', [loss, varianceLoss(b, options.schedule, terms)]), metrics: {} };
    },
    // every example has as many pixels: the mean over all is the mean over the examples
    perExample: () => loss,
    // what a network says of noise is no distribution to draw from
    sampled: () => null,
  };
  return loss;
};
