/** Trains one network on one loss, and gives it back: the usual case of `LossTrainer`. */
import { type TrainingOptions, trainingGraph } from '@topiary/autodiff';
import type { Graph, Initializer } from '@topiary/onnx';
import { LossTrainer, type Opened, openTraining, type StepSettings } from './loss-trainer.js';
import type { CompileOptions } from './session.js';

export interface TrainerOptions extends TrainingOptions, StepSettings, CompileOptions {}

/** A network whose trained initialisers are not kept. */
interface Skeleton extends Omit<Graph, 'initializers'> {
  /** In the network's order; null for those that are trained. */
  readonly initializers: ReadonlyMap<string, Initializer | null>;
}

const skeletonOf = ({ first, training }: Opened): Skeleton => {
  const trained = new Set(training.carried.map(({ initializer }) => initializer));
  const initializers = [...first.initializers].map(([name, one]) => [name, trained.has(name) ? null : one] as const);
  return { ...first, initializers: new Map(initializers) };
};

export class Trainer extends LossTrainer {
  readonly #network: Skeleton;

  private constructor(opened: Opened) {
    super(opened);
    this.#network = skeletonOf(opened);
  }

  /** Builds the training step of `forward`, lowers and loads it. */
  static async create(forward: Graph, options: TrainerOptions): Promise<Trainer> {
    return new Trainer(await openTraining(forward, trainingGraph(forward, options), options));
  }

  /** The network with its present parameters and statistics, or their moving averages where these are kept. */
  export(): Graph {
    const initializers = [...this.#network.initializers].map(
      ([name, one]) => [name, one ?? this.learned(name)!] as const,
    );
    return { ...this.#network, initializers: new Map(initializers) };
  }
}
