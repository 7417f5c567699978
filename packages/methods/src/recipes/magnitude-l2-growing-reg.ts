/** The row MagnitudeL2 + GrowingReg of PruningBench's tables. */
import { after } from './_recipe.js';

export const MagnitudeL2GrowingRegRecipe = after(
  ['magnitude-l2', 'MagnitudeL2'],
  ['growing-reg', 'GrowingReg'],
  'A decay that grows for weak channels, then magnitude.',
);
