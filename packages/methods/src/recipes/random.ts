/** The row Random of PruningBench's tables. */
import { alone } from './_recipe.js';

export const RandomRecipe = alone('random', 'Random', 'The control: every channel draws a number.');
