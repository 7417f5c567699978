/** The row MagnitudeL2 + GroupLASSO of PruningBench's tables. */
import { after } from './_recipe.js';

export const MagnitudeL2GroupLassoRecipe = after(
  ['magnitude-l2', 'MagnitudeL2'],
  ['group-lasso', 'GroupLASSO'],
  'Group LASSO on weights, then magnitude.',
);
