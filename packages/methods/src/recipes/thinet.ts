/** The row ThiNet of PruningBench's tables. */
import { alone } from './_recipe.js';

export const ThinetRecipe = alone('thinet', 'ThiNet', 'Channels from which the next layers make least leave first.');
