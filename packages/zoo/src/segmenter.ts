/** What a promptable segmenter is: an encoder of pictures, an encoder of prompts and a decoder of masks, with their counts. */
import type { Layers } from './models/_layers.js';

/** What somebody points at, by the names of the inputs. */
export interface Prompts {
  /** [N, 2, 2]: x and y in pixels of the encoder's picture. */
  readonly points: string;
  /** [N, 2]: 1 for a point of the object, 0 for one beside it, 2 and 3 for corners of a box, -1 for no point. */
  readonly labels: string;
  /** [N, 1, 4 grid, 4 grid]: logits of an earlier mask. */
  readonly mask: string;
  /** [N, 1]: 1 where there is an earlier mask, else 0. */
  readonly given: string;
}

/** What the decoder reads, by the names of its inputs. */
export interface Encoded {
  /** Of the picture, [N, channels, grid, grid]. */
  readonly embedding: string;
  /** Where its cells lie, [N, channels, grid, grid]. */
  readonly positions: string;
  /** Of points and corners, [N, 2, channels]. */
  readonly sparse: string;
  /** Of the earlier mask, [N, channels, grid, grid]. */
  readonly dense: string;
}

/** Learned numbers, and multiply-accumulates of one picture or one prompt. */
export interface Counts {
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
}

export interface Segmenter {
  readonly id: string;
  readonly title: string;
  readonly paper: string | null;
  /** Channels, height, width of the encoder's picture. */
  readonly input: readonly [number, number, number];
  /** Cells along a side of the embedding, and channels of each. */
  readonly grid: number;
  readonly channels: number;
  encoder(nn: Layers, image: string): string;
  prompts(nn: Layers, prompts: Prompts): Omit<Encoded, 'embedding'>;
  /** masks: [N, 4, 4 grid, 4 grid] logits, the first where one is wanted, the others where a prompt means several; iou: [N, 4]. */
  decoder(nn: Layers, encoded: Encoded): { readonly masks: string; readonly iou: string };
  /** Of the encoder, which is what is made smaller. */
  readonly expected: Counts;
  /** Of the decoder. */
  readonly decoding: Counts;
  /** Of the encoder of prompts. */
  readonly prompting: Counts;
}
