/**
 * The mask decoder of Segment Anything: tokens and picture attend to one another, the picture is enlarged, and each of four
 * tokens says a mask by a product with it; one more token says how good the masks are.
 */
import type { Layers } from '../models/_layers.js';
import type { Encoded } from '../segmenter.js';

export interface DecoderShape {
  readonly channels: number;
  readonly depth: number;
  readonly heads: number;
  /** Hidden units of the tokens' MLP. */
  readonly hidden: number;
  readonly grid: number;
}

const DECODER = 'mask_decoder';
const MASKS = 4;
const EPSILON = 1e-5;
/** Attention between tokens and picture has half the channels. */
const NARROWING = 2;

/** softmax(q kᵀ / √d) v with four projections; names q_proj, k_proj, v_proj, out_proj. Everything [N, T, C]. */
const attend = (
  nn: Layers,
  name: string,
  [q, k, v]: readonly [string, string, string],
  heads: number,
  inner: number,
): string => {
  const width = nn.size(q, -1);
  const split = (x: string, part: string) => {
    const projected = nn.dense(x, `${name}.${part}`, inner);
    return nn.transpose(nn.reshape(projected, [0, nn.size(x, 1), heads, inner / heads]), [0, 2, 1, 3]);
  };
  const [queries, keys, values] = [split(q, 'q_proj'), split(k, 'k_proj'), split(v, 'v_proj')];
  const mixed = nn.uncounted(() => {
    const scores = nn.scaled(nn.product(queries, nn.transpose(keys, [0, 1, 3, 2])), (inner / heads) ** -0.5);
    return nn.product(nn.softmax(scores), values);
  });
  return nn.dense(nn.reshape(nn.transpose(mixed, [0, 2, 1, 3]), [0, nn.size(q, 1), inner]), `${name}.out_proj`, width);
};

/** Linear layers with Relu between them. */
const perceptron = (nn: Layers, x: string, name: string, widths: readonly number[]): string =>
  widths.reduce((value, width, i) => {
    const made = nn.dense(value, `${name}.layers.${i}`, width);
    return i + 1 < widths.length ? nn.relu(made) : made;
  }, x);

interface Streams {
  readonly tokens: string;
  readonly picture: string;
}

/** `places`: of tokens and of cells, added again wherever they are compared. */
const layer = (nn: Layers, { tokens, picture }: Streams, places: Streams, i: number, shape: DecoderShape): Streams => {
  const { channels, heads, hidden } = shape;
  const name = (part: string) => `${DECODER}.transformer.layers.${i}.${part}`;
  const norm = (x: string, n: number) => nn.layerNorm(x, name(`norm${n}`), EPSILON);
  const inner = channels / NARROWING;
  const placed = (x: string) => nn.add(x, places.tokens);
  const first = i === 0 ? tokens : placed(tokens);
  const among = attend(nn, name('self_attn'), [first, first, tokens], heads, channels);
  // the first layer has no residual here
  const a = norm(i === 0 ? among : nn.add(tokens, among), 1);
  const cells = nn.add(picture, places.picture);
  const looked = attend(nn, name('cross_attn_token_to_image'), [placed(a), cells, picture], heads, inner);
  const b = norm(nn.add(a, looked), 2);
  const thought = nn.dense(nn.relu(nn.dense(b, name('mlp.lin1'), hidden)), name('mlp.lin2'), channels);
  const c = norm(nn.add(b, thought), 3);
  const told = attend(nn, name('cross_attn_image_to_token'), [cells, placed(c), c], heads, inner);
  return { tokens: c, picture: norm(nn.add(picture, told), 4) };
};

/** [N, cells, C] -> [N, C / 8, 16 cells] */
const enlarged = (nn: Layers, x: string, { channels, grid }: DecoderShape): string => {
  const name = (i: number) => `${DECODER}.output_upscaling.${i}`;
  const planes = nn.reshape(nn.transpose(x, [0, 2, 1]), [0, channels, grid, grid]);
  const twice = nn.spread(planes, name(0), channels / 4);
  const normed = nn.channelsFirst(nn.uncounted(() => nn.layerNorm(nn.channelsLast(twice), name(1))));
  const whole = nn.gelu(nn.spread(nn.gelu(normed), name(3), channels / 8));
  return nn.reshape(whole, [0, channels / 8, 16 * grid * grid]);
};

export const maskDecoder =
  (shape: DecoderShape) =>
  (nn: Layers, { embedding, positions, sparse, dense }: Encoded): { readonly masks: string; readonly iou: string } => {
    const { channels, depth, heads, grid } = shape;
    const own = ['iou_token', 'mask_tokens'].map((token, i) =>
      nn.learnedTokens(sparse, `${DECODER}.${token}`, i === 0 ? 1 : MASKS),
    );
    const tokens = nn.concat([...own, sparse], 1);
    const places: Streams = { tokens, picture: nn.tokens(positions) };
    let streams: Streams = { tokens, picture: nn.tokens(nn.add(embedding, dense)) };
    for (let i = 0; i < depth; i += 1) streams = layer(nn, streams, places, i, shape);
    const last = attend(
      nn,
      `${DECODER}.transformer.final_attn_token_to_image`,
      [nn.add(streams.tokens, places.tokens), nn.add(streams.picture, places.picture), streams.picture],
      heads,
      channels / NARROWING,
    );
    const said = nn.layerNorm(nn.add(streams.tokens, last), `${DECODER}.transformer.norm_final_attn`, EPSILON);
    const weights = Array.from({ length: MASKS }, (_, i) =>
      nn.reshape(
        perceptron(nn, nn.token(said, 1 + i), `${DECODER}.output_hypernetworks_mlps.${i}`, [
          channels,
          channels,
          channels / 8,
        ]),
        [0, 1, channels / 8],
      ),
    );
    const drawn = nn.uncounted(() => nn.product(nn.concat(weights, 1), enlarged(nn, streams.picture, shape)));
    return {
      masks: nn.reshape(drawn, [0, MASKS, 4 * grid, 4 * grid]),
      iou: perceptron(nn, nn.token(said, 0), `${DECODER}.iou_prediction_head`, [channels, channels, MASKS]),
    };
  };
