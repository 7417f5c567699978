/** The row MagnitudeL1 of PruningBench's tables. */
import { alone } from './_recipe.js';

export const MagnitudeL1Recipe = alone('magnitude-l1', 'MagnitudeL1', 'Small sums of absolute weights leave first.');
