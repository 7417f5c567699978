/** A small member of Segment Anything for scenes64: 64 tokens of 96 channels, six blocks, windows of three tokens. */
import type { Segmenter } from '../segmenter.js';
import { maskDecoder } from './_decoder.js';
import { encoder } from './_encoder.js';
import { promptEncoder } from './_prompts.js';

const [PICTURE, GRID, CHANNELS] = [64, 8, 64];

export const SAM_TINY_ENCODER = {
  picture: PICTURE,
  patch: 8,
  width: 96,
  depth: 6,
  heads: 6,
  window: 3,
  global: [2, 5],
  channels: CHANNELS,
} as const;

export const SamTiny: Segmenter = {
  id: 'sam-tiny',
  title: 'SAM-tiny',
  paper: 'https://arxiv.org/abs/2304.02643',
  input: [3, PICTURE, PICTURE],
  grid: GRID,
  channels: CHANNELS,
  encoder: encoder(SAM_TINY_ENCODER),
  prompts: promptEncoder({ picture: PICTURE, grid: GRID, channels: CHANNELS, mask: [4, 16] }),
  decoder: maskDecoder({ channels: CHANNELS, depth: 2, heads: 4, hidden: 128, grid: GRID }),
  expected: { params: 740_576, macs: { pure: 51_422_208, published: 49_212_480 } },
  decoding: { params: 158_268, macs: { pure: 2_537_984, published: 1_983_556 } },
  prompting: { params: 1804, macs: { pure: 86_720, published: 94_220 } },
};
