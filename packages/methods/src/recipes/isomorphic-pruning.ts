/** Isomorphic Pruning (Fang et al., ECCV 2024, arXiv 2407.04616): Taylor scores, ranked inside classes of one topology. */
import type { NamedRecipe } from './_recipe.js';

export const IsomorphicPruningRecipe: NamedRecipe = {
  id: 'isomorphic-pruning',
  title: 'Isomorphic Pruning',
  summary: 'Taylor scores, once; channels compete only with those of layers of the same shape, heads with heads.',
  published: 'Isomorphic Pruning',
  recipe: { criterion: 'taylor', scope: 'isomorphic', prune: { solve: 'bisect', heads: true } },
};
