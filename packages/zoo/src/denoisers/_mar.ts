/**
 * MAR (Li et al. 2024, arXiv 2406.11838): an encoder reads the tokens of a picture that are known and a buffer of the class's,
 * a decoder says something of every token, and a small MLP with adaLN tells the noise of each token from that. Names as in the
 * authors' state dictionaries. The authors drop unknown tokens before the encoder; here no token looks at one, so that the
 * outputs are the same and the multiply-accumulates those of a picture whose tokens are all known.
 */
import type { Conditions, Denoiser } from '../denoiser.js';
import type { Layers } from '../models/_layers.js';

export interface Mar {
  readonly width: number;
  /** Blocks of the encoder, and of the decoder. */
  readonly depth: number;
  readonly heads: number;
  /** Channels and blocks of the MLP that tells noise. */
  readonly head: { readonly width: number; readonly depth: number };
}

/** Tokens along a side, their channels, and rows of the class in front of them. */
const [SIDE, CHANNELS, CLASSES, BUFFER] = [16, 16, 1000, 64];
const TOKENS = SIDE * SIDE;
const FREQUENCIES = 256;
/** Added to what may not be looked at. */
const NEVER = -1e9;
const ZEROS = { rule: 'zeros' } as const;
const NORMAL = { rule: 'normal', std: 0.02 } as const;

/** What all sizes have in common. */
export const MAR: Omit<Denoiser, 'id' | 'title' | 'build' | 'expected'> = {
  paper: 'https://arxiv.org/abs/2406.11838',
  input: [CHANNELS, SIDE, SIDE],
  classes: CLASSES,
  time: 'int64',
  predicts: 'noise',
  /** Tokens that are known, and 1 where a token is not. */
  more: { known: [CHANNELS, SIDE, SIDE], hidden: [1, SIDE, SIDE] },
};

type Adjust = (scores: string) => string;

const block = (nn: Layers, x: string, name: string, { width, heads }: Mar, adjust?: Adjust): string => {
  const attended = nn.attention(nn.layerNorm(x, `${name}.norm1`), `${name}.attn`, heads, adjust ? { adjust } : {});
  const middle = nn.add(x, attended);
  const hidden = nn.gelu(nn.dense(nn.layerNorm(middle, `${name}.norm2`), `${name}.mlp.fc1`, 4 * width));
  return nn.add(middle, nn.dense(hidden, `${name}.mlp.fc2`, width));
};

/** Of tokens [N, T, 16] and the class: [N, buffer + T, width]. `hidden` [N, buffer + T, 1]. */
const encoded = (nn: Layers, { y, more }: Conditions, hidden: string, shape: Mar): string => {
  const { width, depth } = shape;
  const rows = [CLASSES + 1, width] as const;
  const label = nn.perToken(nn.embedding(y, 'class_emb.weight', rows, NORMAL), 1)[0]!;
  // a token times zero carries the open batch
  const front = nn.add(nn.scaled(nn.slice(hidden, 0, BUFFER, 1), 0), label);
  const tokens = nn.concat([front, nn.dense(nn.tokens(more['known']!), 'z_proj', width)], 1);
  let x = nn.layerNorm(nn.addLearned(tokens, 'encoder_pos_embed_learned', [BUFFER + TOKENS, width]), 'z_proj_ln');
  const closed = nn.scaled(nn.reshape(hidden, [0, 1, 1, BUFFER + TOKENS]), NEVER);
  for (let i = 0; i < depth; i += 1) x = block(nn, x, `encoder_blocks.${i}`, shape, (scores) => nn.add(scores, closed));
  return nn.layerNorm(x, 'encoder_norm');
};

/** A learned token stands for those that are hidden: [N, T, width]. */
const decoded = (nn: Layers, read: string, hidden: string, shape: Mar): string => {
  const { width, depth } = shape;
  const seen = nn.add(nn.scaled(hidden, -1), nn.fixed([1], [1, 1, 1]));
  const learned = nn.addLearned(nn.scaled(hidden, 0), 'mask_token', [1, width]);
  const told = nn.multiply(nn.dense(read, 'decoder_embed', width), seen);
  const tokens = nn.add(told, nn.multiply(learned, hidden));
  let x = nn.addLearned(tokens, 'decoder_pos_embed_learned', [BUFFER + TOKENS, width]);
  for (let i = 0; i < depth; i += 1) x = block(nn, x, `decoder_blocks.${i}`, shape);
  const last = nn.slice(nn.layerNorm(x, 'decoder_norm'), BUFFER, BUFFER + TOKENS, 1);
  return nn.addLearned(last, 'diffusion_pos_embed_learned', [TOKENS, width]);
};

/** x + gate · MLP(LN(x) (1 + scale) + shift), told by `silu` [N, T, width]. */
const step = (nn: Layers, x: string, silu: string, name: string, width: number): string => {
  const told = nn.started(silu, `${name}.adaLN_modulation.1`, 3 * width, ZEROS);
  const [shift, scale, gate] = [0, 1, 2].map((i) => nn.slice(told, i * width, (i + 1) * width, 2));
  const inside = nn.modulated(nn.layerNorm(x, `${name}.in_ln`), shift!, scale!);
  const hidden = nn.silu(nn.dense(inside, `${name}.mlp.0`, width));
  return nn.add(x, nn.multiply(gate!, nn.dense(hidden, `${name}.mlp.2`, width)));
};

/** Noise and what would be variances of every token, from what is said of it: [N, T, 32]. */
const noiseOf = (nn: Layers, { x, t }: Conditions, said: string, { head: { width, depth } }: Mar): string => {
  const name = (part: string) => `diffloss.net.${part}`;
  const first = nn.started(nn.timestepFeatures(t, FREQUENCIES), name('time_embed.mlp.0'), width, NORMAL);
  const time = nn.perToken(nn.started(nn.silu(first), name('time_embed.mlp.2'), width, NORMAL), 1)[0]!;
  const silu = nn.silu(nn.add(nn.dense(said, name('cond_embed'), width), time));
  let tokens = nn.dense(nn.tokens(x), name('input_proj'), width);
  for (let i = 0; i < depth; i += 1) tokens = step(nn, tokens, silu, name(`res_blocks.${i}`), width);
  const told = nn.started(silu, name('final_layer.adaLN_modulation.1'), 2 * width, ZEROS);
  const [shift, scale] = nn.halves(told, 2);
  const last = nn.modulated(nn.plainNorm(tokens), shift, scale);
  return nn.started(last, name('final_layer.linear'), 2 * CHANNELS, ZEROS);
};

export const mar =
  (shape: Mar) =>
  (nn: Layers, conditions: Conditions): string => {
    const open = nn.tokens(conditions.more['hidden']!);
    const hidden = nn.concat([nn.scaled(nn.slice(open, 0, BUFFER, 1), 0), open], 1);
    const said = decoded(nn, encoded(nn, conditions, hidden, shape), hidden, shape);
    return nn.unpatched(noiseOf(nn, conditions, said, shape), 1, 2 * CHANNELS);
  };
