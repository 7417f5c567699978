/** What a loss declares. One loss = one file; it adds its inputs and nodes to the graph of the network. */
import type { GraphBuilder, Value } from '@topiary/onnx';
import type { Draw } from '../draws.js';

export interface LossContext {
  readonly b: GraphBuilder;
  /** The inputs and outputs of the network. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The value that the network calls so: an input, an output, or anything between. */
  value(name: string): string;
}

export interface LossValues {
  /** A scalar, the mean over the batch. */
  readonly loss: string;
  /** Further scalars summed over the batch, by name (`correct`). */
  readonly metrics: Readonly<Record<string, string>>;
  /** Inputs that hold chance (none). */
  readonly draws?: readonly Draw[];
}

export interface Loss {
  readonly id: string;
  build(c: LossContext): LossValues;
  /**
   * Gives values to the network's inputs, under their names, from inputs of its own: noise that is mixed into a picture, a
   * label that is dropped. Without it they are inputs of the graph, and fed as they are.
   */
  readonly declare?: ((b: GraphBuilder, inputs: readonly Value[]) => void) | undefined;
  /**
   * The mean over the examples of a batch of one loss each, which depends on no other example: this loss, where it is such
   * a mean. A loss that divides by something of the whole batch has another form here. null: there is none.
   */
  perExample(): Loss | null;
  /** Per example, against labels that the network itself draws from what it predicts; null: nothing can be drawn. */
  sampled(): Loss | null;
}
