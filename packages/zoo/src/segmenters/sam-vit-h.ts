/** Segment Anything with the encoder ViT-H. */
import { SAM_SIZES, sam } from './_sam.js';

export const SamVitH = sam('sam-vit-h', 'SAM ViT-H', SAM_SIZES.h, {
  params: 637_026_048,
  macs: { pure: 2_980_541_415_424, published: 2_733_647_437_824 },
});
