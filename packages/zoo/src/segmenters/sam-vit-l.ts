/** Segment Anything with the encoder ViT-L. */
import { SAM_SIZES, sam } from './_sam.js';

export const SamVitL = sam('sam-vit-l', 'SAM ViT-L', SAM_SIZES.l, {
  params: 308_278_272,
  macs: { pure: 1_492_840_153_088, published: 1_311_915_597_824 },
});
