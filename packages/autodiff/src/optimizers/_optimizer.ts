/** What an optimiser declares. One optimiser = one file; its update is emitted into the training graph. */
import type { GraphBuilder } from '@topiary/onnx';

export interface UpdateContext {
  readonly b: GraphBuilder;
  readonly parameter: string;
  readonly gradient: string;
  /** One value per entry of `state`, each of the parameter's shape. */
  readonly state: readonly string[];
  /** Scalars fed at each step. */
  readonly lr: string;
  readonly weightDecay: string;
  /** Number of the step, from 1; an input of the graph only where `counts` is set. */
  readonly step: string | null;
}

export interface Updated {
  readonly parameter: string;
  readonly state: readonly string[];
}

export interface Optimizer {
  readonly id: string;
  /** Names of the tensors kept per parameter; they begin at zero. */
  readonly state: readonly string[];
  /** Whether the update reads the number of the step. */
  readonly counts: boolean;
  update(c: UpdateContext): Updated;
}
