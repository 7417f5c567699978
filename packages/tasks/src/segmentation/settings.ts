/** What a segmenter says of itself, and what a protocol asks of its data. */
import { z } from 'zod';

const Channels = z.tuple([z.number(), z.number(), z.number()]);

export const SegmentationSettings = z.object({
  /** Subtracted and divided by per channel, on a scale where 255 is 1; behind it, what a picture does not fill is 0. */
  mean: Channels.default([0.5, 0.5, 0.5]),
  std: Channels.default([0.25, 0.25, 0.25]),
});
export type SegmentationSettings = z.output<typeof SegmentationSettings>;

export const SegmentationOptions = z.object({
  /** Training pictures that a run may see, the first ones; the base saw them all. */
  pictures: z.number().int().min(10),
  /** Prompts of each training picture. */
  prompts: z.number().int().min(1).default(4),
  /** Probabilities of mirrors, left and right, top and bottom. */
  flip: z.number().min(0).max(1).default(0),
  flipVertical: z.number().min(0).max(1).default(0),
});
export type SegmentationOptions = z.output<typeof SegmentationOptions>;
