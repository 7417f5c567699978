/** The row MagnitudeL2 of PruningBench's tables. */
import { alone } from './_recipe.js';

export const MagnitudeL2Recipe = alone('magnitude-l2', 'MagnitudeL2', 'Small sums of squared weights leave first.');
