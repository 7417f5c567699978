/** The row LAMP of PruningBench's tables. */
import { alone } from './_recipe.js';

export const LampRecipe = alone('lamp', 'LAMP', 'Magnitude as a share of all that is larger in the group.');
