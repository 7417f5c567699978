/**
 * Diffusion transformers (Peebles and Xie 2023, arXiv 2212.09748): patches, blocks of attention and MLP whose norms a
 * timestep and a class shift, scale and gate (adaLN-Zero), and patches again. Names as in the authors' state dictionaries.
 */
import type { Conditions } from '../denoiser.js';
import type { Layers } from '../models/_layers.js';
import { sineTable } from './_positions.js';

export interface Dit {
  /** Pixels or latents along a side, and along a side of a patch. */
  readonly side: number;
  readonly patch: number;
  readonly channels: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly classes: number;
  /** Of the timestep, before its MLP (256). */
  readonly frequencies?: number;
  /** Whether it predicts variances, too (true). */
  readonly learnsVariance?: boolean;
}

export const DIT_SIZES = {
  s: { width: 384, depth: 12, heads: 6 },
  b: { width: 768, depth: 12, heads: 12 },
  l: { width: 1024, depth: 24, heads: 16 },
  xl: { width: 1152, depth: 28, heads: 16 },
} as const;

/** Latents of 256×256 pictures of ImageNet. */
export const LATENTS = { side: 32, channels: 4, classes: 1000 } as const;

const ZEROS = { rule: 'zeros' } as const;
const NORMAL = { rule: 'normal', std: 0.02 } as const;

/** MLP of the timestep's sines, plus a row of the class's table: [N, width]. */
const condition = (nn: Layers, { t, y }: Conditions, { width, classes, frequencies = 256 }: Dit): string => {
  const first = nn.started(nn.timestepFeatures(t, frequencies), 't_embedder.mlp.0', width, NORMAL);
  const time = nn.started(nn.silu(first), 't_embedder.mlp.2', width, NORMAL);
  return nn.add(time, nn.embedding(y, 'y_embedder.embedding_table.weight', [classes + 1, width], NORMAL));
};

/** x + gate₁ · Attn(LN(x) (1 + scale₁) + shift₁), then the same with an MLP; all gates begin as 0. */
const block = (nn: Layers, x: string, silu: string, i: number, { width, heads }: Dit): string => {
  const name = (part: string) => `blocks.${i}.${part}`;
  const conditions = nn.perToken(nn.started(silu, name('adaLN_modulation.1'), 6 * width, ZEROS), 6);
  const [shift1, scale1, gate1, shift2, scale2, gate2] = conditions as [string, string, string, string, string, string];
  const attended = nn.attention(nn.modulated(nn.plainNorm(x), shift1, scale1), name('attn'), heads);
  const middle = nn.add(x, nn.multiply(gate1, attended));
  const hidden = nn.dense(nn.modulated(nn.plainNorm(middle), shift2, scale2), name('mlp.fc1'), 4 * width);
  return nn.add(middle, nn.multiply(gate2, nn.dense(nn.gelu(hidden, 'tanh'), name('mlp.fc2'), width)));
};

export const dit =
  (shape: Dit) =>
  (nn: Layers, conditions: Conditions): string => {
    const { side, patch, channels, width, depth, learnsVariance = true } = shape;
    const [rows, inputs] = [side / patch, channels * patch * patch];
    const made = { channels: width, kernel: patch, stride: patch, bias: true };
    // as a linear layer begins, by Xavier
    const init = { rule: 'uniform', bound: Math.sqrt(6 / (inputs + width)) } as const;
    const patches = nn.tokens(nn.conv(conditions.x, 'x_embedder.proj', { ...made, init }));
    const silu = nn.silu(condition(nn, conditions, shape));
    let x = nn.add(patches, nn.fixed(sineTable(rows, width), [1, rows * rows, width]));
    for (let i = 0; i < depth; i += 1) x = block(nn, x, silu, i, shape);
    const [shift, scale] = nn.perToken(nn.started(silu, 'final_layer.adaLN_modulation.1', 2 * width, ZEROS), 2);
    const outputs = (learnsVariance ? 2 : 1) * channels;
    const last = nn.modulated(nn.plainNorm(x), shift!, scale!);
    return nn.unpatched(nn.started(last, 'final_layer.linear', patch * patch * outputs, ZEROS), patch, outputs);
  };
