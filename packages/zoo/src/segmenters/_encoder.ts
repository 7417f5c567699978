/**
 * The image encoder of Segment Anything (Kirillov et al. 2023, arXiv 2304.02643): a ViT on one scale with attention in windows,
 * a few blocks of attention over everything, relative positions by rows and columns, and a neck. Names as in the authors' state
 * dictionaries.
 */
import type { Layers } from '../models/_layers.js';

export interface Encoder {
  /** Pixels along a side of the picture and of a patch. */
  readonly picture: number;
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Channels of queries, of keys and of values of each block, all heads together (width). */
  readonly inner?: number;
  /** Hidden units of each MLP (4 · width). */
  readonly hidden?: number;
  /** Tokens along a side of a window. */
  readonly window: number;
  /** Blocks that attend over the whole picture. */
  readonly global: readonly number[];
  /** Channels that come out. */
  readonly channels: number;
}

const ENCODER = 'image_encoder';

/** [N, H, W, C] -> [N, windows, tokens, C]; zeros are added below and on the right, after the norm, and are attended to. */
const intoWindows = (nn: Layers, x: string, window: number): string => {
  const [side, width] = [nn.size(x, 1), nn.size(x, -1)];
  const across = Math.ceil(side / window);
  const missing = across * window - side;
  const whole = missing === 0 ? x : nn.padBehind(x, [0, missing, missing, 0]);
  const cells = nn.transpose(nn.reshape(whole, [0, across, window, across, window, width]), [0, 1, 3, 2, 4, 5]);
  return nn.reshape(cells, [0, across ** 2, window ** 2, width]);
};

const fromWindows = (nn: Layers, x: string, window: number, side: number): string => {
  const [across, width] = [Math.ceil(side / window), nn.size(x, -1)];
  const cells = nn.transpose(nn.reshape(x, [0, across, across, window, window, width]), [0, 1, 3, 2, 4, 5]);
  const whole = nn.reshape(cells, [0, across * window, across * window, width]);
  return across * window === side ? whole : nn.slice(nn.slice(whole, 0, side, 1), 0, side, 2);
};

/** Rows of a table [2S - 1, d] by the distance of places: [S, S, d]. */
const byDistance = (nn: Layers, name: string, side: number, channels: number): string => {
  const places = Array.from({ length: side * side }, (_, i) => Math.floor(i / side) - (i % side) + side - 1);
  return nn.reshape(nn.lookUp(name, [2 * side - 1, channels], places, { rule: 'zeros' }), [side, side, channels]);
};

/**
 * scores[(y,x),(v,u)] + q[y,x] · Rh[y - v + S - 1] + q[y,x] · Rw[x - u + S - 1], with queries that are not scaled.
 * `scores`: [N, windows, heads, S², S²], `queries`: [N, windows, heads, S², d].
 */
const positioned = (nn: Layers, scores: string, queries: string, name: string, side: number): string => {
  const [windows, heads, d] = [nn.size(queries, 1), nn.size(queries, 2), nn.size(queries, -1)];
  const [rows, columns] = ['rel_pos_h', 'rel_pos_w'].map((table) => byDistance(nn, `${name}.${table}`, side, d));
  const q = nn.reshape(queries, [0, windows, heads, side, side, d]);
  const turned = (table: string) => nn.transpose(table, [0, 2, 1]); // [S, d, S]
  const byRow = nn.product(q, turned(rows!)); // [N, windows, heads, y, x, v]
  const sideways = nn.product(nn.transpose(q, [0, 1, 2, 4, 3, 5]), turned(columns!)); // [N, windows, heads, x, y, u]
  const byColumn = nn.transpose(sideways, [0, 1, 2, 4, 3, 5]);
  const pairs = nn.reshape(scores, [0, windows, heads, side, side, side, side]);
  const above = nn.reshape(byRow, [0, windows, heads, side, side, side, 1]);
  const beside = nn.reshape(byColumn, [0, windows, heads, side, side, 1, side]);
  return nn.reshape(nn.add(nn.add(pairs, above), beside), [0, windows, heads, side * side, side * side]);
};

const block = (nn: Layers, x: string, i: number, shape: Encoder): string => {
  const { width, heads, inner = width, hidden = 4 * width, global } = shape;
  const name = (part: string) => `${ENCODER}.blocks.${i}.${part}`;
  const side = nn.size(x, 1);
  const window = global.includes(i) ? side : shape.window;
  const tokens = intoWindows(nn, nn.layerNorm(x, name('norm1')), window);
  const attended = nn.attention(tokens, name('attn'), heads, {
    inner,
    isFunction: true,
    adjust: (scores, queries) => positioned(nn, scores, queries, name('attn'), window),
  });
  const middle = nn.add(x, fromWindows(nn, attended, window, side));
  const units = nn.gelu(nn.dense(nn.layerNorm(middle, name('norm2')), name('mlp.lin1'), hidden));
  return nn.add(middle, nn.dense(units, name('mlp.lin2'), width));
};

/** Of the channels of every pixel, [N, C, H, W]; a class of its own, which the published counter does not see. */
const norm = (nn: Layers, x: string, name: string): string =>
  nn.channelsFirst(nn.uncounted(() => nn.layerNorm(nn.channelsLast(x), name)));

/** [N, 3, H, W] -> [N, channels, H / patch, W / patch] */
export const encoder =
  (shape: Encoder) =>
  (nn: Layers, image: string): string => {
    const { picture, patch, width, depth, channels } = shape;
    const cells = { channels: width, kernel: patch, stride: patch, bias: true, isPlain: true };
    const patches = nn.channelsLast(nn.conv(image, `${ENCODER}.patch_embed.proj`, cells));
    const side = picture / patch;
    let x = nn.addLearned(patches, `${ENCODER}.pos_embed`, [side, side, width]);
    for (let i = 0; i < depth; i += 1) x = block(nn, x, i, shape);
    const narrow = nn.conv(nn.channelsFirst(x), `${ENCODER}.neck.0`, { channels, kernel: 1, isPlain: true });
    const normed = norm(nn, narrow, `${ENCODER}.neck.1`);
    const mixed = nn.conv(normed, `${ENCODER}.neck.2`, { channels, kernel: 3, pad: 1, isPlain: true });
    return norm(nn, mixed, `${ENCODER}.neck.3`);
  };
