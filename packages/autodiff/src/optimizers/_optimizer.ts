/** What an optimiser declares. One optimiser = one file; its update is emitted into the training graph. */
import type { GraphBuilder } from '@topiary/onnx';
import type { Parameter } from '../parameters.js';

export interface UpdateContext {
  readonly b: GraphBuilder;
  readonly parameter: string;
  readonly gradient: string;
  /** One value per entry of `state`, each of the parameter's shape. */
  readonly state: readonly string[];
  /** Scalars fed at each step; `weightDecay` is null where the parameter does not decay. */
  readonly lr: string;
  readonly weightDecay: string | null;
  /** Number of the step, from 1; null where neither `counts` nor the moving average asks for it. */
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
  /** Which parameters decay where the training does not say. */
  decays(parameter: Parameter): boolean;
  update(c: UpdateContext): Updated;
}
