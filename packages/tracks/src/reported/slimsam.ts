/** Tables of SlimSAM (arXiv 2312.05284): mIoU by one point, SA-1B. */
import type { Sheet } from './_sheet.js';
import data from './slimsam.json' with { type: 'json' };

export const SlimSam: Sheet = data;
