/** Tables of AsyncDiff (arXiv 2406.06911): fewer MACs on each of several devices. */
import type { Sheet } from './_sheet.js';
import data from './asyncdiff.json' with { type: 'json' };

export const AsyncDiff: Sheet = data;
