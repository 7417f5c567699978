/** The widest member of the anchor-free family: counts and layers are those of YOLOv8x, weights and code are not. */
import type { Model } from '../model.js';
import { anchorfree, COCO } from './_anchorfree.js';

export const AnchorfreeX: Model = {
  id: 'anchorfree-x',
  title: 'Anchorfree-X',
  paper: null,
  input: [3, 640, 640],
  classes: 80,
  build: anchorfree({ ...COCO, depth: 1, width: 1.25, widest: 512 }),
  expected: { params: 68_229_632, macs: { pure: 128_901_632_000, published: 129_091_513_600 } },
};
