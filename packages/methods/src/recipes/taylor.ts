/** The row Taylor of PruningBench's tables. */
import { alone } from './_recipe.js';

export const TaylorRecipe = alone('taylor', 'Taylor', 'The first-order change of the loss.');
