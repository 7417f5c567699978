/** Isomorphic Pruning's scope and heads under the solver of the board, so that it ranks beside the other criteria. */
import type { NamedRecipe } from './_recipe.js';

export const TaylorIsomorphicRecipe: NamedRecipe = {
  id: 'taylor-isomorphic',
  title: 'Taylor, isomorphic',
  summary: 'Taylor scores; channels compete only with those of layers of the same shape, heads with heads.',
  published: null,
  recipe: { criterion: 'taylor', scope: 'isomorphic', prune: { heads: true } },
};
