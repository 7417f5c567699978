/** The row BNScale + GroupLASSO of PruningBench's tables. */
import { after } from './_recipe.js';

export const BnScaleGroupLassoRecipe = after(
  ['bn-scale', 'BNScale'],
  ['group-lasso', 'GroupLASSO'],
  'Group LASSO on the scales of BatchNorm, which then decide.',
  { on: 'norms' },
);
