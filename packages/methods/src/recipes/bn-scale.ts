/** The row BNScale of PruningBench's tables. */
import { alone } from './_recipe.js';

export const BnScaleRecipe = alone('bn-scale', 'BNScale', 'Small scales of BatchNorm leave first.');
