/** Small networks of the kinds that no zoo model shows at a size that a bench can take: as classifiers, since those have peers. */
import type { Layers } from '../../packages/zoo/src/models/_layers.js';
import { type Encoder, encoder } from '../../packages/zoo/src/segmenters/_encoder.js';

export interface Transformer {
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly classes: number;
}

const patches = (nn: Layers, input: string, { patch, width }: Transformer): string =>
  nn.tokens(nn.conv(input, 'patches', { channels: width, kernel: patch, stride: patch, bias: true, isPlain: true }));

const ZEROS = { rule: 'zeros' } as const;

/** Blocks of a diffusion transformer: norms that a condition shifts, scales and gates (adaLN); the condition is the mean patch. */
export const ditLike =
  (shape: Transformer) =>
  (nn: Layers, input: string): string => {
    const { width, depth, heads, classes } = shape;
    let x = patches(nn, input, shape);
    const condition = nn.silu(nn.dense(nn.meanToken(x), 'condition', width));
    for (let i = 0; i < depth; i += 1) {
      const name = (part: string) => `blocks.${i}.${part}`;
      const told = nn.perToken(nn.started(condition, name('adaLN'), 6 * width, ZEROS), 6);
      const [shift1, scale1, gate1, shift2, scale2, gate2] = told as [string, string, string, string, string, string];
      const attended = nn.attention(nn.modulated(nn.plainNorm(x), shift1, scale1), name('attn'), heads);
      const middle = nn.add(x, nn.multiply(gate1, attended));
      const hidden = nn.dense(nn.modulated(nn.plainNorm(middle), shift2, scale2), name('fc1'), 4 * width);
      x = nn.add(middle, nn.multiply(gate2, nn.dense(nn.gelu(hidden, 'tanh'), name('fc2'), width)));
    }
    return nn.linear(nn.meanToken(nn.plainNorm(x)), 'head', classes);
  };

/** Blocks of a language model: attention that sees what came before, by a mask of -1e9 that is added to the scores. */
export const gptLike =
  (shape: Transformer) =>
  (nn: Layers, input: string): string => {
    const { width, depth, heads, classes } = shape;
    let x = patches(nn, input, shape);
    const tokens = nn.size(x, 1);
    const ahead = Array.from({ length: tokens * tokens }, (_, i) => (i % tokens > Math.floor(i / tokens) ? -1e9 : 0));
    const mask = nn.fixed(ahead, [1, 1, tokens, tokens]);
    for (let i = 0; i < depth; i += 1) {
      const name = (part: string) => `h.${i}.${part}`;
      const seen = { adjust: (scores: string) => nn.add(scores, mask) };
      const middle = nn.add(x, nn.attention(nn.layerNorm(x, name('ln_1')), name('attn'), heads, seen));
      const hidden = nn.gelu(nn.dense(nn.layerNorm(middle, name('ln_2')), name('mlp.c_fc'), 4 * width), 'tanh');
      x = nn.add(middle, nn.dense(hidden, name('mlp.c_proj'), width));
    }
    return nn.linear(nn.token(nn.layerNorm(x, 'ln_f'), tokens - 1), 'head', classes);
  };

/** Segment Anything's image encoder and a classifier on the mean of what it gives: windows, relative positions, a neck. */
export const samLike =
  (shape: Encoder, classes: number) =>
  (nn: Layers, input: string): string =>
    nn.linear(nn.globalAveragePool(encoder(shape)(nn, input)), 'head', classes);
