/** Vision transformers (Dosovitskiy et al. 2021), with timm's names: patches, a class token, blocks, one linear layer. */
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
}

const block = (nn: Layers, x: string, name: string, { width, heads, expansion = 4 }: Vit): string => {
  const attended = nn.add(x, nn.attention(nn.layerNorm(x, `${name}.norm1`), `${name}.attn`, heads));
  const hidden = nn.gelu(nn.dense(nn.layerNorm(attended, `${name}.norm2`), `${name}.mlp.fc1`, expansion * width));
  return nn.add(attended, nn.dense(hidden, `${name}.mlp.fc2`, width));
};

/** Patches: one convolution of their size, or several small ones with BatchNorm. */
const embed = (nn: Layers, input: string, { patch, width, stem }: Vit): string => {
  if (!stem) return nn.conv(input, 'patch_embed.proj', { channels: width, kernel: patch, stride: patch, bias: true });
  return stem.reduce((x, [channels, stride], i) => {
    const made = nn.conv(x, `patch_embed.conv${i + 1}`, { channels, kernel: 3, stride, pad: 1 });
    return nn.relu(nn.batchNorm(made, `patch_embed.bn${i + 1}`));
  }, input);
};

export const vit =
  (shape: Vit) =>
  (nn: Layers, input: string): string => {
    const { picture, patch, width, depth, classes } = shape;
    const patches = embed(nn, input, shape);
    const tokens = (picture / patch) ** 2 + 1;
    let x = nn.addLearned(nn.prependToken(nn.tokens(patches), 'cls_token'), 'pos_embed', [tokens, width]);
    for (let i = 0; i < depth; i += 1) x = block(nn, x, `blocks.${i}`, shape);
    return nn.linear(nn.firstToken(nn.layerNorm(x, 'norm')), 'head', classes);
  };
