/** The narrowest member of the anchor-free family: counts and layers are those of YOLOv8n, weights and code are not. */
import type { Model } from '../model.js';
import { anchorfree, COCO } from './_anchorfree.js';

export const AnchorfreeN: Model = {
  id: 'anchorfree-n',
  title: 'Anchorfree-N',
  paper: null,
  input: [3, 640, 640],
  classes: 80,
  build: anchorfree({ ...COCO, depth: 0.33, width: 0.25, widest: 1024 }),
  expected: { params: 3_157_184, macs: { pure: 4_371_456_000, published: 4_401_824_000 } },
};
