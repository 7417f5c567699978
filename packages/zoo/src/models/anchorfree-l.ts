/** The large member of the anchor-free family: counts and layers are those of YOLOv8l, weights and code are not. */
import type { Model } from '../model.js';
import { anchorfree, COCO } from './_anchorfree.js';

export const AnchorfreeL: Model = {
  id: 'anchorfree-l',
  title: 'Anchorfree-L',
  paper: null,
  input: [3, 640, 640],
  classes: 80,
  build: anchorfree({ ...COCO, depth: 1, width: 1, widest: 512 }),
  expected: { params: 43_691_504, macs: { pure: 82_573_721_600, published: 82_725_868_800 } },
};
