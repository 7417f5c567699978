/** Disturbed Taylor alone: the criterion of SlimSAM, on any network. */
import { alone } from './_recipe.js';

export const DisturbedTaylorRecipe = alone(
  'disturbed-taylor',
  'Disturbed Taylor',
  'How much what the network says hangs on a channel, without labels.',
);
