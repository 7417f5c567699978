/**
 * One-stage detectors without anchors, of the YOLOv8 kind: a backbone of split blocks, a neck that goes up and down
 * again, and a head whose branches for boxes and classes share nothing. Boxes are four distances to a cell's centre,
 * each a distribution over R cells (Generalized Focal Loss, https://arxiv.org/abs/2006.04388, section 3).
 *
 * Outputs: `boxes` [N, 4R, A] (left, top, right, bottom, of each R logits) and `scores` [N, K, A] logits; A = the cells
 * of three maps at strides 8, 16, 32, one map after another, row by row. Nothing is decoded here.
 */
import type { Layers } from './_layers.js';

export interface Anchorfree {
  /** Factors of the reference's widths and repeats, and the widest that counts before the factor. */
  readonly depth: number;
  readonly width: number;
  readonly widest: number;
  readonly classes: number;
  /** R: logits per side of a box. */
  readonly bins: number;
  /** Of the input, in pixels: the scores begin as rare as one object in so many cells would be. */
  readonly size: number;
  /** Of the running statistics, as PyTorch has it (0.03). */
  readonly momentum?: number;
}

const EPSILON = 1e-3;
const STRIDES = [8, 16, 32] as const;
/** Begins the boxes at distances that are neither 0 nor R - 1. */
const BOX_BIAS = 1;
/** Objects that a picture is expected to hold, when the biases of the classes are drawn. */
const OBJECTS = 5;

/** The five widths: 8·⌈min(x, widest)·w / 8⌉ of 64, 128, 256, 512, 1024. */
const widthsOf = ({ width, widest }: Anchorfree): readonly number[] =>
  [64, 128, 256, 512, 1024].map((x) => 8 * Math.ceil((Math.min(x, widest) * width) / 8));

/** What all layers are made of: convolution without bias, norm, SiLU. */
const block = (nn: Layers, { momentum = 0.03 }: Anchorfree) => {
  const conv = (x: string, name: string, channels: number, kernel: number, stride = 1): string => {
    const pad = (kernel - 1) / 2;
    const y = nn.conv(x, `${name}.conv`, { channels, kernel, stride, pad, isPlain: true });
    return nn.silu(nn.batchNorm(y, `${name}.bn`, EPSILON, momentum));
  };
  /** Half of the channels go through `times` bottlenecks, one after another, and all that was on the way is kept. */
  const split = (x: string, name: string, channels: number, times: number, shortcut: boolean): string => {
    const parts = [...nn.halves(conv(x, `${name}.in`, channels, 1), 1)];
    for (let i = 0; i < times; i += 1) {
      const last = parts.at(-1)!;
      const inner = conv(last, `${name}.${i}.conv1`, channels / 2, 3);
      const y = conv(inner, `${name}.${i}.conv2`, channels / 2, 3);
      parts.push(shortcut ? nn.add(last, y) : y);
    }
    return conv(nn.concat(parts, 1), `${name}.out`, channels, 1);
  };
  /** The same window three times over: 5, 9 and 13 pixels wide. */
  const pyramid = (x: string, name: string, channels: number): string => {
    const parts = [conv(x, `${name}.in`, channels / 2, 1)];
    for (let i = 0; i < 3; i += 1) parts.push(nn.maxPool(parts.at(-1)!, 5, 1, 2));
    return conv(nn.concat(parts, 1), `${name}.out`, channels, 1);
  };
  return { conv, split, pyramid };
};

type Block = ReturnType<typeof block>;

/** Maps at strides 8, 16 and 32. */
const backbone = ({ conv, split, pyramid }: Block, model: Anchorfree, input: string): readonly string[] => {
  const repeats = [3, 6, 6, 3].map((n) => Math.max(1, Math.round(n * model.depth)));
  const [first, ...rest] = widthsOf(model);
  let x = conv(input, 'backbone.stem', first!, 3, 2);
  const maps = rest.map((channels, stage) => {
    x = conv(x, `backbone.${stage}.down`, channels, 3, 2);
    x = split(x, `backbone.${stage}.split`, channels, repeats[stage]!, true);
    return x;
  });
  return [maps[1]!, maps[2]!, pyramid(x, 'backbone.pyramid', rest.at(-1)!)];
};

/** Up to the finest map and down again; the map that was just made stands before the older one. */
const neck = (nn: Layers, { conv, split }: Block, model: Anchorfree, maps: readonly string[]): readonly string[] => {
  const [p3, p4, p5] = maps as [string, string, string];
  const [, , c3, c4, c5] = widthsOf(model) as [number, number, number, number, number];
  const times = Math.max(1, Math.round(3 * model.depth));
  const mixed = (x: string, with_: string, name: string, channels: number) =>
    split(nn.concat([x, with_], 1), name, channels, times, false);
  const up4 = mixed(nn.enlarged(p5, 2), p4, 'neck.up4', c4);
  const up3 = mixed(nn.enlarged(up4, 2), p3, 'neck.up3', c3);
  const down4 = mixed(conv(up3, 'neck.down4', c3, 3, 2), up4, 'neck.mix4', c4);
  const down5 = mixed(conv(down4, 'neck.down5', c4, 3, 2), p5, 'neck.mix5', c5);
  return [up3, down4, down5];
};

/** Per scale a branch for the boxes and one for the classes; their last convolutions are what the outputs mean. */
const head = (nn: Layers, { conv }: Block, model: Anchorfree, maps: readonly string[]) => {
  const { bins, classes, size } = model;
  const c3 = widthsOf(model)[2]!;
  const widths = { boxes: Math.max(16, Math.floor(c3 / 4), 4 * bins), scores: Math.max(c3, Math.min(classes, 100)) };
  const rare = (stride: number) => Math.log(OBJECTS / classes / (size / stride) ** 2);
  const branch = (kind: keyof typeof widths, channels: number, bias: (stride: number) => number): string => {
    const flat = maps.map((map, i) => {
      const name = `head.${kind}.${STRIDES[i]!}`;
      const inner = conv(map, `${name}.conv1`, widths[kind], 3);
      const y = conv(inner, `${name}.conv2`, widths[kind], 3);
      const last = nn.conv(y, `${name}.last`, { channels, kernel: 1, bias: bias(STRIDES[i]!), isPlain: true });
      return nn.reshape(last, [0, channels, (size / STRIDES[i]!) ** 2]);
    });
    return nn.concat(flat, 2);
  };
  return { boxes: branch('boxes', 4 * bins, () => BOX_BIAS), scores: branch('scores', classes, rare) };
};

export const anchorfree =
  (model: Anchorfree) =>
  (nn: Layers, input: string): Readonly<Record<string, string>> => {
    const made = block(nn, model);
    return head(nn, made, model, neck(nn, made, model, backbone(made, model, input)));
  };

/** What the members of the family for COCO have in common. */
export const COCO = { classes: 80, bins: 16, size: 640 } as const;
