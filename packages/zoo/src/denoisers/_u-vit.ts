/**
 * U-ViT (Bao et al. 2023, arXiv 2209.12152): timestep and class are tokens among the patches, and blocks of the second half
 * read what the first half's left, the last one first. Names as in the authors' state dictionaries.
 */
import type { Conditions } from '../denoiser.js';
import type { Layers } from '../models/_layers.js';

export interface UVit {
  readonly side: number;
  readonly patch: number;
  readonly channels: number;
  readonly width: number;
  /** Of both halves; one block more stands between them. */
  readonly depth: number;
  readonly heads: number;
  /** Rows of the class's table, that of no class with them. */
  readonly rows: number;
  /** A 3×3 convolution at the end. */
  readonly endsInConv: boolean;
}

/** The label's and the timestep's. */
const EXTRAS = 2;

const block = (nn: Layers, x: string, name: string, { width, heads }: UVit): string => {
  const attention = nn.attention(nn.layerNorm(x, `${name}.norm1`, 1e-5), `${name}.attn`, heads, { hasBias: false });
  const middle = nn.add(x, attention);
  const hidden = nn.gelu(nn.dense(nn.layerNorm(middle, `${name}.norm2`, 1e-5), `${name}.mlp.fc1`, 4 * width));
  return nn.add(middle, nn.dense(hidden, `${name}.mlp.fc2`, width));
};

/** Label and timestep in front of the patches, and a learned position each. */
const tokensOf = (nn: Layers, { x, t, y }: Conditions, { side, patch, width, rows }: UVit): string => {
  const made = { channels: width, kernel: patch, stride: patch, bias: true, isPlain: true };
  const patches = nn.tokens(nn.conv(x, 'patch_embed.proj', made));
  const time = nn.perToken(nn.timestepFeatures(t, width), 1);
  const label = nn.perToken(nn.embedding(y, 'label_emb.weight', [rows, width], { rule: 'normal', std: 1 }), 1);
  const tokens = nn.concat([...label, ...time, patches], 1);
  return nn.addLearned(tokens, 'pos_embed', [EXTRAS + (side / patch) ** 2, width]);
};

export const uVit =
  (shape: UVit) =>
  (nn: Layers, conditions: Conditions): string => {
    const { side, patch, channels, width, depth, endsInConv } = shape;
    const left: string[] = [];
    let x = tokensOf(nn, conditions, shape);
    for (let i = 0; i < depth / 2; i += 1) {
      x = block(nn, x, `in_blocks.${i}`, shape);
      left.push(x);
    }
    x = block(nn, x, 'mid_block', shape);
    for (let i = 0; i < depth / 2; i += 1) {
      x = nn.dense(nn.concat([x, left.pop()!], 2), `out_blocks.${i}.skip_linear`, width);
      x = block(nn, x, `out_blocks.${i}`, shape);
    }
    const last = nn.dense(nn.layerNorm(x, 'norm', 1e-5), 'decoder_pred', patch * patch * channels);
    const picture = nn.unpatched(nn.slice(last, EXTRAS, EXTRAS + (side / patch) ** 2, 1), patch, channels);
    if (!endsInConv) return picture;
    return nn.conv(picture, 'final_layer', { channels, kernel: 3, pad: 1, bias: true, isPlain: true });
  };
