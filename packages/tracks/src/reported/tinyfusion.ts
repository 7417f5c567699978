/** Tables of TinyFusion (arXiv 2412.01199): half the depth and less. */
import type { Sheet } from './_sheet.js';
import data from './tinyfusion.json' with { type: 'json' };

export const TinyFusion: Sheet = data;
