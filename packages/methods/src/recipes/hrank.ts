/** The row HRank of PruningBench's tables. */
import { alone } from './_recipe.js';

export const HrankRecipe = alone('hrank', 'HRank', 'Channels with maps of low rank leave first.');
