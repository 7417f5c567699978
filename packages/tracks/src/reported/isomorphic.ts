/**
 * Tables of Isomorphic Pruning (arXiv 2407.04616). Its table of DeiT compares by size: a quoted row stands on the board
 * of the network that the paper's own row beside it started from.
 */
import type { Sheet } from './_sheet.js';
import data from './isomorphic.json' with { type: 'json' };

export const IsomorphicPruning: Sheet = data;
