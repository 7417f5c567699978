/** Inputs of a graph that hold chance: labels drawn from the network, windows, noise. The graph says how, the host draws. */
import { elements, floats, type GraphBuilder, type Tensor } from '@topiary/onnx';

/** A random number in [0, 1). */
export type Rng = () => number;

/** A float32 input whose elements are drawn anew for every batch. */
export interface Draw {
  readonly input: string;
  readonly dims: readonly number[];
  /** One element. */
  readonly value: (rng: Rng) => number;
}

/** Adds such inputs to a graph, and to a list. */
export const drawsOn =
  (b: GraphBuilder, list: Draw[]) =>
  (input: string, dims: readonly number[], value: Draw['value']): string => {
    list.push({ input, dims, value });
    return b.input(input, 'float32', dims);
  };

/** Values for one batch, in the order of the draws and of their elements. */
export const drawn = (draws: readonly Draw[], rng: Rng): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(
    draws.map(({ input, dims, value }) => [
      input,
      floats(
        Float32Array.from({ length: elements(dims) }, () => value(rng)),
        dims,
      ),
    ]),
  );
