/** Segment Anything with the encoder ViT-B. */
import { SAM_SIZES, sam } from './_sam.js';

export const SamVitB = sam('sam-vit-b', 'SAM ViT-B', SAM_SIZES.b, {
  params: 89_670_912,
  macs: { pure: 486_038_667_264, published: 369_009_705_984 },
});
