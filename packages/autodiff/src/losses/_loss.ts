/** What a loss declares. One loss = one file; it adds its inputs and nodes to the graph of the network. */
import type { GraphBuilder } from '@topiary/onnx';

export interface LossContext {
  readonly b: GraphBuilder;
  /** The inputs and outputs of the network. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface LossValues {
  /** A scalar, the mean over the batch. */
  readonly loss: string;
  /** Further scalars summed over the batch, by name (`correct`). */
  readonly metrics: Readonly<Record<string, string>>;
}

export interface Loss {
  readonly id: string;
  build(c: LossContext): LossValues;
}
