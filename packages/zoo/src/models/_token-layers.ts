/** Layers on tokens [N, …, T, C], as transformers and ConvNeXt use them: names and forms as timm and torchvision export them. */
import { float, floats, type InitRule, int, int64s, string } from '@topiary/onnx';
import type { ModelBuilder } from './_model-builder.js';
import { shapeLayersOn } from './_shape-layers.js';

export interface TokenLayers {
  /** [N, C, H, W] -> [N, H·W, C] */
  tokens(x: string): string;
  /** [N, C, H, W] -> [N, H, W, C] */
  channelsLast(x: string): string;
  /** [N, H, W, C] -> [N, C, H, W] */
  channelsFirst(x: string): string;
  /** Over the last axis. */
  layerNorm(x: string, name: string, epsilon?: number): string;
  gelu(x: string, approximate?: 'none' | 'tanh'): string;
  /** x · W + b on the last axis; W is kept as [inputs, features]. */
  dense(x: string, name: string, features: number, options?: { readonly bias?: boolean }): string;
  /** Multiplies every channel of the last axis by a learned number that begins at `initial`. */
  layerScale(x: string, name: string, initial: number): string;
  /** A learned array [1, …dims] that is added to x and spread over the batch. */
  addLearned(x: string, name: string, dims: readonly number[]): string;
  /** [N, T, C] -> [N, T + 1, C]: a learned token in front. */
  prependToken(x: string, name: string): string;
  /** [N, T, C] -> [N, C]: the i-th token. */
  token(x: string, i: number): string;
  /** [N, T, C] -> [N, C]: the mean of all tokens. */
  meanToken(x: string): string;
  /** A learned table [rows, columns], and its rows at fixed places: [places, columns]. */
  lookUp(name: string, dims: readonly [number, number], places: readonly number[], init?: InitRule): string;
  /** Numbers that are not learned. */
  fixed(values: readonly number[], dims: readonly number[]): string;
  /** Attention with one fused projection for queries, keys and values. */
  attention(x: string, name: string, heads: number, shape?: AttentionShape): string;
}

export interface AttentionShape {
  /** Names of the fused projection and of the one behind, after the layer's: weight, bias, layer. */
  readonly names?: readonly [weight: string, bias: string, projection: string];
  /** Of the fused projection (true). */
  readonly hasBias?: boolean;
  /** Counted by the published counter as one module, not layer by layer. */
  readonly isModule?: boolean;
  /** Channels of queries, of keys and of values, all heads together (as wide as the tokens). */
  readonly inner?: number;
  /** Its products, scale and softmax are function calls, which the published counter does not see. */
  readonly isFunction?: boolean;
  /**
   * Changes the scores [N, …, heads, T, T] before the softmax: positions, masks. Queries [N, …, heads, T, C / heads] are those
   * before they are scaled.
   */
  readonly adjust?: (scores: string, queries: string) => string;
}

const TIMM = ['qkv.weight', 'qkv.bias', 'proj'] as const;

/** Tokens and positions begin as timm and torchvision draw them (theirs cut the tails at two deviations). */
const NORMAL: InitRule = { rule: 'normal', std: 0.02 };

/** Xavier: uniform in ±sqrt(6 / (inputs + outputs)), as torchvision begins; 0.02 would hardly start narrow networks. */
const xavier = (inputs: number, outputs: number): InitRule => ({
  rule: 'uniform',
  bound: Math.sqrt(6 / (inputs + outputs)),
});

export const tokenLayersOn = (b: ModelBuilder): TokenLayers => {
  const { size, reshape, transpose, slice } = shapeLayersOn(b);
  const last = (x: string): number => size(x, -1);

  /** x · W + b; inside an attention module the published counter takes the bias for every token. */
  const project = (x: string, [weight, bias]: readonly [string, string | null], features: number, inModule = false) => {
    const product = b.op('MatMul', [x, b.parameter(weight, [last(x), features], xavier(last(x), features))]);
    if (bias === null) return product;
    const shift = () => b.op('Add', [product, b.parameter(bias, [features], { rule: 'zeros' })]);
    return inModule ? b.seenAs('per-output', shift) : shift();
  };

  return {
    tokens(x) {
      const [, channels, height, width] = b.shape(x).map(Number);
      return transpose(reshape(x, [0, channels!, height! * width!]), [0, 2, 1]);
    },
    channelsLast: (x) => transpose(x, [0, 2, 3, 1]),
    channelsFirst: (x) => transpose(x, [0, 3, 1, 2]),
    layerNorm(x, name, epsilon = 1e-6) {
      const scale = b.parameter(`${name}.weight`, [last(x)], { rule: 'ones' });
      const shift = b.parameter(`${name}.bias`, [last(x)], { rule: 'zeros' });
      return b.op('LayerNormalization', [x, scale, shift], { axis: int(-1), epsilon: float(epsilon) });
    },
    gelu: (x, approximate = 'none') =>
      b.op('Gelu', [x], approximate === 'none' ? {} : { approximate: string(approximate) }),
    dense: (x, name, features, { bias = true } = {}) =>
      project(x, [`${name}.weight`, bias ? `${name}.bias` : null], features),
    layerScale: (x, name, initial) =>
      b.op('Mul', [x, b.parameter(name, [last(x)], { rule: 'constant', value: initial })]),
    addLearned: (x, name, dims) => b.op('Add', [x, b.parameter(name, [1, ...dims], NORMAL)]),
    prependToken(x, name) {
      const learned = b.parameter(name, [1, 1, last(x)], NORMAL);
      // a token times zero carries the open batch
      const none = b.op('Mul', [slice(x, 0, 1, 1), b.scalar(0)]);
      return b.op('Concat', [b.op('Add', [learned, none]), x], { axis: int(1) });
    },
    token: (x, i) => reshape(slice(x, i, i + 1, 1), [0, last(x)]),
    meanToken: (x) => b.op('ReduceMean', [x, b.int64s([1])], { keepdims: int(0) }),
    lookUp(name, dims, places, init = NORMAL) {
      const table = b.parameter(name, dims, init);
      return b.op('Gather', [table, b.constant(int64s(places))], { axis: int(0) });
    },
    fixed: (values, dims) => b.constant(floats(values, dims)),
    attention(x, name, heads, options = {}) {
      const { names = TIMM, hasBias = true, isModule = false, isFunction = false, adjust } = options;
      const [weight, bias, projection] = names;
      const [width, wide] = [last(x), options.inner ?? last(x)];
      const channels = wide / heads;
      const biased = hasBias ? `${name}.${bias}` : null;
      const fused = project(x, [`${name}.${weight}`, biased], 3 * wide, isModule);
      const parts = b.ops('Split', [fused], { axis: int(-1), num_outputs: int(3) }, { outputs: 3 });
      // [N, …, T, C] -> [N, …, T, heads, C / heads]; `lead` counts the axes before T
      const inner = b.shape(x).slice(1, -1).map(Number);
      const lead = [...inner.keys()];
      const t = inner.length;
      const [q, k, v] = parts.map((part) => reshape(part, [0, ...inner, heads, channels]));
      const byHead = [...lead, t + 1, t, t + 2];
      const queries = transpose(q!, byHead);
      const scale = () => b.op('Mul', [queries, b.scalar(channels ** -0.5)]);
      const mix = () => {
        const scaled = isModule ? b.seenAs('per-output', scale) : scale();
        const scores = b.op('MatMul', [scaled, transpose(k!, [...lead, t + 1, t + 2, t])]);
        const weights = b.op('Softmax', [adjust ? adjust(scores, queries) : scores], { axis: int(-1) });
        return b.op('MatMul', [weights, transpose(v!, byHead)]);
      };
      const mixed = transpose(isFunction ? b.seenAs('none', mix) : mix(), byHead);
      const behind = [`${name}.${projection}.weight`, `${name}.${projection}.bias`] as const;
      return project(reshape(mixed, [0, ...inner, wide]), behind, width, isModule);
    },
  };
};
