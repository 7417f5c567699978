/** The tiny member for photographs of blood cells: 320 pixels, three classes. */
import type { Model } from '../model.js';
import { anchorfree } from './_anchorfree.js';

export const AnchorfreeTinyBccd: Model = {
  id: 'anchorfree-tiny-bccd',
  title: 'Anchorfree-tiny for BCCD',
  paper: null,
  input: [3, 320, 320],
  classes: 3,
  // the largest cells have half-sides of 6 fields at stride 8
  build: anchorfree({ depth: 0.33, width: 0.125, widest: 512, classes: 3, bins: 8, size: 320, momentum: 0.1 }),
  expected: { params: 470_001, macs: { pure: 225_788_800, published: 229_295_900 } },
};
