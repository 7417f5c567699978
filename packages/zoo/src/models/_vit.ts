/** Vision transformers (Dosovitskiy et al. 2021): patches, a class token, blocks of attention and MLP, one linear layer. */
import type { Layers } from './_layers.js';

export interface Vit {
  /** Pixels along a side of the picture and of a patch. */
  readonly picture: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Hidden width of the MLPs over `width` (4). */
  readonly expansion?: number;
  readonly classes: number;
  /** Channels and strides of 3×3 convolutions that make the patches (arXiv 2106.14881), in place of one of their size. */
  readonly stem?: readonly (readonly [channels: number, stride: number])[];
  /** A second token with a head of its own (DeiT); the answer is the mean of both heads. */
  readonly isDistilled?: boolean;
  readonly style?: VitStyle;
}

/** Names, and what the published counter makes of attention and norms. */
export interface VitStyle {
  readonly patches: string;
  readonly token: string;
  readonly positions: string;
  readonly block: (i: number) => string;
  readonly norms: readonly [string, string];
  readonly attention: string;
  /** Of attention: the fused weight and bias, and the layer behind. */
  readonly projections: readonly [weight: string, bias: string, projection: string];
  readonly mlp: readonly [string, string];
  readonly lastNorm: string;
  readonly head: string;
  /** Attention is counted as one module; norms are a subclass that is not counted. */
  readonly attentionIsModule: boolean;
  readonly normsAreSubclass: boolean;
}

/** timm's names, counted layer by layer. */
const PLAIN: VitStyle = {
  patches: 'patch_embed.proj',
  token: 'cls_token',
  positions: 'pos_embed',
  block: (i) => `blocks.${i}`,
  norms: ['norm1', 'norm2'],
  attention: 'attn',
  projections: ['qkv.weight', 'qkv.bias', 'proj'],
  mlp: ['mlp.fc1', 'mlp.fc2'],
  lastNorm: 'norm',
  head: 'head',
  attentionIsModule: false,
  normsAreSubclass: false,
};

export const TIMM: VitStyle = { ...PLAIN, attentionIsModule: true, normsAreSubclass: true };

export const TORCHVISION: VitStyle = {
  patches: 'conv_proj',
  token: 'class_token',
  positions: 'encoder.pos_embedding',
  block: (i) => `encoder.layers.encoder_layer_${i}`,
  norms: ['ln_1', 'ln_2'],
  attention: 'self_attention',
  projections: ['in_proj_weight', 'in_proj_bias', 'out_proj'],
  mlp: ['mlp.0', 'mlp.3'],
  lastNorm: 'encoder.ln',
  head: 'heads.head',
  attentionIsModule: true,
  normsAreSubclass: false,
};

const norm = (nn: Layers, { style = PLAIN }: Vit, x: string, name: string): string =>
  style.normsAreSubclass ? nn.uncounted(() => nn.layerNorm(x, name)) : nn.layerNorm(x, name);

const block = (nn: Layers, x: string, i: number, shape: Vit): string => {
  const { width, heads, expansion = 4, style = PLAIN } = shape;
  const name = (part: string) => `${style.block(i)}.${part}`;
  const [norm1, norm2] = style.norms;
  const [fc1, fc2] = style.mlp;
  const attention = { names: style.projections, isModule: style.attentionIsModule };
  const attended = nn.add(x, nn.attention(norm(nn, shape, x, name(norm1)), name(style.attention), heads, attention));
  const hidden = nn.gelu(nn.dense(norm(nn, shape, attended, name(norm2)), name(fc1), expansion * width));
  return nn.add(attended, nn.dense(hidden, name(fc2), width));
};

/** Patches: one convolution of their size, or several small ones with BatchNorm. */
const embed = (nn: Layers, input: string, { patch, width, stem, style = PLAIN }: Vit): string => {
  const whole = { channels: width, kernel: patch, stride: patch, bias: true, isPlain: true };
  if (!stem) return nn.conv(input, style.patches, whole);
  return stem.reduce((x, [channels, stride], i) => {
    const made = nn.conv(x, `patch_embed.conv${i + 1}`, { channels, kernel: 3, stride, pad: 1 });
    return nn.relu(nn.batchNorm(made, `patch_embed.bn${i + 1}`));
  }, input);
};

export const vit =
  (shape: Vit) =>
  (nn: Layers, input: string): string => {
    const { picture, patch, width, depth, classes, isDistilled = false, style = PLAIN } = shape;
    let x = nn.tokens(embed(nn, input, shape));
    if (isDistilled) x = nn.prependToken(x, 'dist_token');
    x = nn.prependToken(x, style.token);
    x = nn.addLearned(x, style.positions, [(picture / patch) ** 2 + (isDistilled ? 2 : 1), width]);
    for (let i = 0; i < depth; i += 1) x = block(nn, x, i, shape);
    x = norm(nn, shape, x, style.lastNorm);
    const answer = nn.linear(nn.token(x, 0), style.head, classes);
    if (!isDistilled) return answer;
    return nn.scaled(nn.add(answer, nn.linear(nn.token(x, 1), 'head_dist', classes)), 0.5);
  };
