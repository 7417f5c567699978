/** The row OBD-C of PruningBench's tables. */
import { alone } from './_recipe.js';

export const ObdCRecipe = alone(
  'obd-c',
  'OBD-C',
  'Filters whose removal changes the loss least, under the network’s own labels.',
);
