/** The seven tables of PruningBench (arXiv 2406.12315), all under global pruning with a tenth of each layer protected. */
import type { Sheet } from './_sheet.js';
import data from './pruningbench.json' with { type: 'json' };

export const PruningBench: Sheet = data;
