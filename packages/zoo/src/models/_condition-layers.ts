/** What a network that is told a timestep and a class has besides: their embeddings, and norms that these shift and scale. */
import { float, floats, type InitRule, int, ints } from '@topiary/onnx';
import type { ModelBuilder } from './_model-builder.js';

export interface ConditionLayers {
  /**
   * Sines of a timestep [N] (whole or not) at `features / 2` frequencies 10000^(-k / (features / 2)), cosines first:
   * [N, features].
   */
  timestepFeatures(t: string, features: number): string;
  /** Rows of a learned table at whole numbers [N]: [N, features]. */
  embedding(indices: string, name: string, dims: readonly [rows: number, features: number], init: InitRule): string;
  /** x · W + b on the last axis, W [inputs, features] begins as given and b as zeros. */
  started(x: string, name: string, features: number, init: InitRule): string;
  /** Over the last axis, without a scale and a shift of its own. */
  plainNorm(x: string): string;
  /** [N, n · C] -> n times [N, 1, C], to be spread over tokens. */
  perToken(x: string, parts: number): readonly string[];
  /** x · (1 + scale) + shift */
  modulated(x: string, shift: string, scale: string): string;
  /** [N, T, p · p · C], the channel fastest -> [N, C, side · p, side · p] */
  unpatched(x: string, patch: number, channels: number): string;
}

export const conditionLayersOn = (b: ModelBuilder): ConditionLayers => {
  const last = (x: string): number => Number(b.shape(x).at(-1));
  return {
    timestepFeatures(t, features) {
      const half = features / 2;
      const frequencies = Array.from({ length: half }, (_, k) => Math.exp((-Math.log(10_000) * k) / half));
      const column = b.op('Unsqueeze', [b.op('Cast', [t], { to: int(1) }), b.int64s([1])]); // [N, 1]
      const angles = b.op('Mul', [column, b.constant(floats(frequencies, [1, half]))]);
      return b.op('Concat', [b.op('Cos', [angles]), b.op('Sin', [angles])], { axis: int(1) });
    },
    embedding: (indices, name, dims, init) =>
      b.op('Gather', [b.parameter(name, dims, init), indices], { axis: int(0) }),
    started(x, name, features, init) {
      const product = b.op('MatMul', [x, b.parameter(`${name}.weight`, [last(x), features], init)]);
      return b.op('Add', [product, b.parameter(`${name}.bias`, [features], { rule: 'zeros' })]);
    },
    plainNorm(x) {
      const ones = b.constant(floats(new Float32Array(last(x)).fill(1)));
      return b.op('LayerNormalization', [x, ones], { axis: int(-1), epsilon: float(1e-6) });
    },
    perToken(x, parts) {
      const rows = b.op('Unsqueeze', [x, b.int64s([1])]);
      return b.ops('Split', [rows], { axis: int(-1), num_outputs: int(parts) }, { outputs: parts });
    },
    modulated: (x, shift, scale) => b.op('Add', [b.op('Mul', [x, b.op('Add', [scale, b.scalar(1)])]), shift]),
    unpatched(x, patch, channels) {
      const side = Math.sqrt(Number(b.shape(x)[1]));
      const split = b.op('Reshape', [x, b.int64s([0, side, side, patch, patch, channels])], { allowzero: int(0) });
      const picture = b.op('Transpose', [split], { perm: ints([0, 5, 1, 3, 2, 4]) });
      return b.op('Reshape', [picture, b.int64s([0, channels, side * patch, side * patch])], { allowzero: int(0) });
    },
  };
};
