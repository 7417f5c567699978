/** Tables of DepGraph (arXiv 2301.12900) as its library Torch-Pruning prints them. */
import type { Sheet } from './_sheet.js';
import data from './torch-pruning.json' with { type: 'json' };

export const TorchPruning: Sheet = data;
