/** Layers on tokens [N, T, C], as transformers and ConvNeXt use them: names and forms as timm and torchvision export them. */
import { float, type GraphBuilder, type InitRule, int, ints } from '@topiary/onnx';

export interface TokenLayers {
  /** [N, C, H, W] -> [N, H·W, C] */
  tokens(x: string): string;
  /** [N, C, H, W] -> [N, H, W, C] */
  channelsLast(x: string): string;
  /** [N, H, W, C] -> [N, C, H, W] */
  channelsFirst(x: string): string;
  /** Over the last axis. */
  layerNorm(x: string, name: string, epsilon?: number): string;
  gelu(x: string): string;
  /** x · W + b on the last axis; W is kept as [inputs, features]. */
  dense(x: string, name: string, features: number): string;
  /** Multiplies every channel of the last axis by a learned number that begins at `initial`. */
  layerScale(x: string, name: string, initial: number): string;
  /** A learned array [1, …dims] that is added to x and spread over the batch. */
  addLearned(x: string, name: string, dims: readonly number[]): string;
  /** [N, T, C] -> [N, T + 1, C]: a learned token in front. */
  prependToken(x: string, name: string): string;
  /** [N, T, C] -> [N, C] */
  firstToken(x: string): string;
  /** Attention with one fused projection for queries, keys and values. */
  attention(x: string, name: string, heads: number): string;
}

/** Tokens and positions begin as timm and torchvision draw them (theirs cut the tails at two deviations). */
const NORMAL: InitRule = { rule: 'normal', std: 0.02 };

/** Xavier: uniform in ±sqrt(6 / (inputs + outputs)), as torchvision begins; 0.02 would hardly start narrow networks. */
const xavier = (inputs: number, outputs: number): InitRule => ({
  rule: 'uniform',
  bound: Math.sqrt(6 / (inputs + outputs)),
});

export const tokenLayersOn = (b: GraphBuilder): TokenLayers => {
  const last = (x: string): number => Number(b.shape(x).at(-1));
  const transpose = (x: string, perm: readonly number[]) => b.op('Transpose', [x], { perm: ints(perm) });
  const reshape = (x: string, dims: readonly number[]) => b.op('Reshape', [x, b.int64s(dims)], { allowzero: int(0) });

  const dense = (x: string, name: string, features: number): string => {
    const w = b.parameter(`${name}.weight`, [last(x), features], xavier(last(x), features));
    const bias = b.parameter(`${name}.bias`, [features], { rule: 'zeros' });
    return b.op('Add', [b.op('MatMul', [x, w]), bias]);
  };
  const slice = (x: string, from: number, to: number, axis: number) =>
    b.op('Slice', [x, b.int64s([from]), b.int64s([to]), b.int64s([axis]), b.int64s([1])]);

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
    gelu: (x) => b.op('Gelu', [x]),
    dense,
    layerScale: (x, name, initial) =>
      b.op('Mul', [x, b.parameter(name, [last(x)], { rule: 'constant', value: initial })]),
    addLearned: (x, name, dims) => b.op('Add', [x, b.parameter(name, [1, ...dims], NORMAL)]),
    prependToken(x, name) {
      const token = b.parameter(name, [1, 1, last(x)], NORMAL);
      // a token times zero carries the open batch
      const none = b.op('Mul', [slice(x, 0, 1, 1), b.scalar(0)]);
      return b.op('Concat', [b.op('Add', [token, none]), x], { axis: int(1) });
    },
    firstToken: (x) => reshape(slice(x, 0, 1, 1), [0, last(x)]),
    attention(x, name, heads) {
      const width = last(x);
      const count = Number(b.shape(x)[1]);
      const size = width / heads;
      const parts = b.ops(
        'Split',
        [dense(x, `${name}.qkv`, 3 * width)],
        { axis: int(-1), num_outputs: int(3) },
        { outputs: 3 },
      );
      const [q, k, v] = parts.map((part) => reshape(part, [0, count, heads, size]));
      const scaled = b.op('Mul', [transpose(q!, [0, 2, 1, 3]), b.scalar(size ** -0.5)]);
      const scores = b.op('Softmax', [b.op('MatMul', [scaled, transpose(k!, [0, 2, 3, 1])])], { axis: int(-1) });
      const mixed = transpose(b.op('MatMul', [scores, transpose(v!, [0, 2, 1, 3])]), [0, 2, 1, 3]);
      return dense(reshape(mixed, [0, count, width]), `${name}.proj`, width);
    },
  };
};
