/** The small member of the anchor-free family: counts and layers are those of YOLOv8s, weights and code are not. */
import type { Model } from '../model.js';
import { anchorfree, COCO } from './_anchorfree.js';

export const AnchorfreeS: Model = {
  id: 'anchorfree-s',
  title: 'Anchorfree-S',
  paper: null,
  input: [3, 640, 640],
  classes: 80,
  build: anchorfree({ ...COCO, depth: 0.33, width: 0.5, widest: 1024 }),
  expected: { params: 11_166_544, macs: { pure: 14_300_774_400, published: 14_357_075_200 } },
};
