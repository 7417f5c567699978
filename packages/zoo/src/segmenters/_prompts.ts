/**
 * The encoder of prompts of Segment Anything: places as sines of random directions, a learned vector for what a point means, and
 * two small convolutions for an earlier mask.
 */
import type { Layers } from '../models/_layers.js';
import { fillNormal } from '../normal.js';
import { randomFrom } from '../random.js';
import type { Encoded, Prompts } from '../segmenter.js';

export interface PromptShape {
  /** Pixels along a side of the encoder's picture. */
  readonly picture: number;
  readonly grid: number;
  readonly channels: number;
  /** Of the convolutions for an earlier mask: 4 and 16 in the paper. */
  readonly mask: readonly [number, number];
}

const PROMPTS = 'prompt_encoder';

/** Directions and speeds of the sines: the same for every network of a width. Never learned. */
export const directionsOf = (channels: number): readonly [x: Float32Array, y: Float32Array] => {
  const all = fillNormal(new Float32Array(channels), 1, randomFrom(`places/${channels}`));
  return [all.slice(0, channels / 2), all.slice(channels / 2)];
};

/**
 * sin and cos of 2π (x Gx + y Gy) for places from -1 to 1, x and y [..., 1]: by the sums of angles, since numbers right in front
 * of a sine are known as what is not learned.
 */
const sines = (nn: Layers, x: string, y: string, channels: number): string => {
  const [a, b] = directionsOf(channels).map((direction, i) => {
    const speeds = Array.from(direction, (value) => 2 * Math.PI * value);
    return nn.multiply(i === 0 ? x : y, nn.fixed(speeds, [1, channels / 2]));
  });
  const [sa, ca, sb, cb] = [nn.sine(a!), nn.cosine(a!), nn.sine(b!), nn.cosine(b!)];
  const sine = nn.add(nn.multiply(sa, cb), nn.multiply(ca, sb));
  const cosine = nn.add(nn.multiply(ca, cb), nn.scaled(nn.multiply(sa, sb), -1));
  return nn.concat([sine, cosine], -1);
};

/** The same of the middles of the cells, [channels, grid, grid]. */
export const cellSines = (grid: number, channels: number): readonly number[] => {
  const [gx, gy] = directionsOf(channels);
  const at = (i: number) => (2 * (i + 0.5)) / grid - 1;
  const angle = (c: number, cell: number) =>
    2 * Math.PI * (at(cell % grid) * gx[c]! + at(Math.floor(cell / grid)) * gy[c]!);
  return [Math.sin, Math.cos].flatMap((wave) =>
    Array.from({ length: (channels / 2) * grid * grid }, (_, i) =>
      wave(angle(Math.floor(i / (grid * grid)), i % (grid * grid))),
    ),
  );
};

/** As many times as there are prompts, [N, channels, grid, grid]. */
const cellPlaces = (nn: Layers, given: string, { grid, channels }: PromptShape): string =>
  // a number times zero carries the open batch
  nn.add(nn.reshape(nn.scaled(given, 0), [0, 1, 1, 1]), nn.fixed(cellSines(grid, channels), [1, channels, grid, grid]));

/** [N, 2, channels]: rows of the table by label: no point, beside, of the object, two corners. */
const pointVectors = (nn: Layers, { points, labels }: Prompts, { picture, channels }: PromptShape): string => {
  const part = (i: number) => nn.shifted(nn.scaled(nn.shifted(nn.slice(points, i, i + 1, 2), 0.5), 2 / picture), -1);
  const label = nn.reshape(labels, [0, 2, 1]);
  const is = (value: number) => nn.nearness(label, value);
  const kinds = nn.concat([-1, 0, 1, 2, 3].map(is), 2); // [N, 2, 5]
  const meant = nn.uncounted(() => nn.selected(kinds, `${PROMPTS}.point_embeddings`, [5, channels]));
  const placed = nn.multiply(sines(nn, part(0), part(1), channels), nn.shifted(nn.scaled(is(-1), -1), 1));
  return nn.add(placed, meant);
};

const maskVectors = (
  nn: Layers,
  { mask, given }: Prompts,
  { channels, mask: [first, second] }: PromptShape,
): string => {
  const name = (i: number) => `${PROMPTS}.mask_downscaling.${i}`;
  const halved = (x: string, i: number, n: number) => {
    const small = nn.conv(x, name(i), { channels: n, kernel: 2, stride: 2, bias: true, isPlain: true });
    return nn.gelu(nn.channelsFirst(nn.uncounted(() => nn.layerNorm(nn.channelsLast(small), name(i + 1)))));
  };
  const read = nn.conv(halved(halved(mask, 0, first), 3, second), name(6), {
    channels,
    kernel: 1,
    bias: true,
    isPlain: true,
  });
  const without = nn.shifted(nn.scaled(given, -1), 1); // [N, 1]
  const none = nn.uncounted(() => nn.selected(without, `${PROMPTS}.no_mask_embed`, [1, channels]));
  const wide = (x: string) => nn.reshape(x, [0, -1, 1, 1]);
  return nn.add(nn.multiply(read, wide(given)), wide(none));
};

export const promptEncoder =
  (shape: PromptShape) =>
  (nn: Layers, prompts: Prompts): Omit<Encoded, 'embedding'> => ({
    sparse: pointVectors(nn, prompts, shape),
    dense: maskVectors(nn, prompts, shape),
    positions: cellPlaces(nn, prompts.given, shape),
  });
