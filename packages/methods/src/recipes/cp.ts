/** The row CP of PruningBench's tables. */
import { alone } from './_recipe.js';

export const CpRecipe = alone('cp', 'CP', 'Channels that the lasso drops first leave first.');
