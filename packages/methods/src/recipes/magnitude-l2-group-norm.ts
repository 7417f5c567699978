/** The row MagnitudeL2 + GroupNorm of PruningBench's tables. */
import { after } from './_recipe.js';

export const MagnitudeL2GroupNormRecipe = after(
  ['magnitude-l2', 'MagnitudeL2'],
  ['group-norm', 'GroupNorm'],
  'DepGraph’s sparse learning, then magnitude.',
);
