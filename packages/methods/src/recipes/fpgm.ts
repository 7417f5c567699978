/** The row FPGM of PruningBench's tables. */
import { alone } from './_recipe.js';

export const FpgmRecipe = alone('fpgm', 'FPGM', 'Channels closest to all others leave first.');
