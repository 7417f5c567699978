/** Swin (Liu et al. 2021) with timm's names: attention in windows, which every second block shifts by half a window. */
import type { Layers } from './_layers.js';

export interface Swin {
  /** Pixels along a side of the picture and of a patch. */
  readonly picture: number;
  readonly patch: number;
  /** Channels of the first stage, doubled by each later one. */
  readonly width: number;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  /** Tokens along a side of a window. */
  readonly window: number;
  readonly classes: number;
}

/** Pixels [N, H, W, C] in windows, or shifted ones. */
interface Windows {
  readonly side: number;
  readonly window: number;
  readonly shift: number;
}

const EPSILON = 1e-5;

/** Elements leave at the front of an axis and come in at its end. */
const roll = (nn: Layers, x: string, axis: number, by: number): string =>
  nn.concat([nn.slice(x, by, nn.size(x, axis), axis), nn.slice(x, 0, by, axis)], axis);

const rollBoth = (nn: Layers, x: string, by: number): string => (by === 0 ? x : roll(nn, roll(nn, x, 1, by), 2, by));

/** [N, H, W, C] -> [N, windows, tokens of a window, C] */
const intoWindows = (nn: Layers, x: string, { side, window }: Windows): string => {
  const [across, width] = [side / window, nn.size(x, -1)];
  const cells = nn.transpose(nn.reshape(x, [0, across, window, across, window, width]), [0, 1, 3, 2, 4, 5]);
  return nn.reshape(cells, [0, across ** 2, window ** 2, width]);
};

const fromWindows = (nn: Layers, x: string, { side, window }: Windows): string => {
  const [across, width] = [side / window, nn.size(x, -1)];
  const cells = nn.reshape(x, [0, across, across, window, window, width]);
  return nn.reshape(nn.transpose(cells, [0, 1, 3, 2, 4, 5]), [0, side, side, width]);
};

const range = (n: number): number[] => [...Array(n).keys()];

/** For each pair of tokens of a window the row of the table that holds their distance. */
const distances = (window: number): number[] => {
  const tokens = range(window ** 2).map((i) => [Math.floor(i / window), i % window] as const);
  const row = (a: number, b: number) => a - b + window - 1;
  return tokens.flatMap(([y, x]) => tokens.map(([v, u]) => row(y, v) * (2 * window - 1) + row(x, u)));
};

/** After a shift the last windows hold pixels from both ends of the picture: those must not see one another. */
const mask = ({ side, window, shift }: Windows): number[] => {
  const region = (i: number) => Number(i >= side - window) + Number(i >= side - shift);
  const across = range(side / window);
  const windows = across.flatMap((i) =>
    across.map((j) =>
      range(window ** 2).map((t) => {
        const [y, x] = [i * window + Math.floor(t / window), j * window + (t % window)];
        return 3 * region(y) + region(x);
      }),
    ),
  );
  return windows.flatMap((regions) => regions.flatMap((a) => regions.map((b) => (a === b ? 0 : -100))));
};

/** What is added to the scores [N, windows, heads, T, T]: a learned number for each distance and head, and the mask. */
const adjusted = (nn: Layers, scores: string, name: string, heads: number, windows: Windows): string => {
  const { side, window, shift } = windows;
  const tokens = window ** 2;
  const table = `${name}.relative_position_bias_table`;
  const rows = nn.lookUp(table, [(2 * window - 1) ** 2, heads], distances(window));
  const positioned = nn.add(scores, nn.transpose(nn.reshape(rows, [tokens, tokens, heads]), [2, 0, 1]));
  if (shift === 0) return positioned;
  return nn.add(positioned, nn.fixed(mask(windows), [(side / window) ** 2, 1, tokens, tokens]));
};

const block = (nn: Layers, x: string, name: string, heads: number, windows: Windows): string => {
  const attention = {
    isModule: true,
    adjust: (scores: string) => adjusted(nn, scores, `${name}.attn`, heads, windows),
  };
  const width = nn.size(x, -1);
  const shifted = rollBoth(nn, nn.layerNorm(x, `${name}.norm1`, EPSILON), windows.shift);
  const mixed = fromWindows(
    nn,
    nn.attention(intoWindows(nn, shifted, windows), `${name}.attn`, heads, attention),
    windows,
  );
  const attended = nn.add(x, rollBoth(nn, mixed, windows.shift === 0 ? 0 : windows.side - windows.shift));
  const hidden = nn.gelu(nn.dense(nn.layerNorm(attended, `${name}.norm2`, EPSILON), `${name}.mlp.fc1`, 4 * width));
  return nn.add(attended, nn.dense(hidden, `${name}.mlp.fc2`, width));
};

/** Four neighbours become one pixel of twice the channels. */
const merge = (nn: Layers, x: string, name: string): string => {
  const [half, width] = [nn.size(x, 1) / 2, nn.size(x, -1)];
  const cells = nn.transpose(nn.reshape(x, [0, half, 2, half, 2, width]), [0, 1, 3, 4, 2, 5]);
  const merged = nn.layerNorm(nn.reshape(cells, [0, half, half, 4 * width]), `${name}.norm`, EPSILON);
  return nn.dense(merged, `${name}.reduction`, 2 * width, { bias: false });
};

export const swin =
  ({ picture, patch, width, depths, heads, window, classes }: Swin) =>
  (nn: Layers, input: string): string => {
    const cells = { channels: width, kernel: patch, stride: patch, bias: true, isPlain: true };
    const patches = nn.conv(input, 'patch_embed.proj', cells);
    let x = nn.layerNorm(nn.channelsLast(patches), 'patch_embed.norm', EPSILON);
    let side = picture / patch;
    depths.forEach((depth, stage) => {
      if (stage > 0) {
        x = merge(nn, x, `layers.${stage}.downsample`);
        side /= 2;
      }
      for (let i = 0; i < depth; i += 1) {
        // one window that holds everything is not shifted
        const shift = i % 2 === 1 && side > window ? Math.floor(window / 2) : 0;
        x = block(nn, x, `layers.${stage}.blocks.${i}`, heads[stage]!, { side, window, shift });
      }
    });
    const tokens = nn.reshape(nn.layerNorm(x, 'norm', EPSILON), [0, side * side, nn.size(x, -1)]);
    return nn.linear(nn.meanToken(tokens), 'head.fc', classes);
  };
