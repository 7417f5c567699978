/** The middle member of the anchor-free family: counts and layers are those of YOLOv8m, weights and code are not. */
import type { Model } from '../model.js';
import { anchorfree, COCO } from './_anchorfree.js';

export const AnchorfreeM: Model = {
  id: 'anchorfree-m',
  title: 'Anchorfree-M',
  paper: null,
  input: [3, 640, 640],
  classes: 80,
  build: anchorfree({ ...COCO, depth: 0.67, width: 0.75, widest: 768 }),
  expected: { params: 25_902_624, macs: { pure: 39_467_827_200, published: 39_566_995_200 } },
};
