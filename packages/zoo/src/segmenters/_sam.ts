/** Segment Anything (Kirillov et al. 2023, arXiv 2304.02643) in its sizes: one decoder, three encoders. */
import type { Counts, Segmenter } from '../segmenter.js';
import { maskDecoder } from './_decoder.js';
import { encoder } from './_encoder.js';
import { promptEncoder } from './_prompts.js';

const PAPER = 'https://arxiv.org/abs/2304.02643';
const [PICTURE, GRID, CHANNELS] = [1024, 64, 256];

export interface SamSize {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  readonly global: readonly number[];
  readonly inner?: number;
  readonly hidden?: number;
}

export const SAM_SIZES = {
  b: { width: 768, depth: 12, heads: 12, global: [2, 5, 8, 11] },
  l: { width: 1024, depth: 24, heads: 16, global: [5, 11, 17, 23] },
  h: { width: 1280, depth: 32, heads: 16, global: [7, 15, 23, 31] },
} as const satisfies Record<string, SamSize>;

const DECODING: Counts = { params: 4_058_340, macs: { pure: 1_811_302_400, published: 1_367_773_444 } };
const PROMPTING: Counts = { params: 6220, macs: { pure: 18_090_752, published: 19_398_668 } };

export const sam = (id: string, title: string, size: SamSize, expected: Counts): Segmenter => ({
  id,
  title,
  paper: PAPER,
  input: [3, PICTURE, PICTURE],
  grid: GRID,
  channels: CHANNELS,
  encoder: encoder({ picture: PICTURE, patch: 16, window: 14, channels: CHANNELS, ...size }),
  prompts: promptEncoder({ picture: PICTURE, grid: GRID, channels: CHANNELS, mask: [4, 16] }),
  decoder: maskDecoder({ channels: CHANNELS, depth: 2, heads: 8, hidden: 2048, grid: GRID }),
  expected,
  decoding: DECODING,
  prompting: PROMPTING,
});
