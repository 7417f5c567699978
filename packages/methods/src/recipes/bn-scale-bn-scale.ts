/** The row BNScale + BNScale of PruningBench's tables. */
import { after } from './_recipe.js';

export const BnScaleBnScaleRecipe = after(
  ['bn-scale', 'BNScale'],
  ['bn-scale', 'BNScale'],
  'Network Slimming: an L1 penalty on the scales that then decide.',
);
