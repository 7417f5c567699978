/** The control of methods with a regularizer: random pruning after as long a training, without a penalty. */
import type { NamedRecipe } from './_recipe.js';

export const RandomGroupLassoRecipe: NamedRecipe = {
  id: 'random-group-lasso',
  title: 'Random after training',
  summary:
    'The control of methods with a regularizer: as much training before the cut, at strength 0, then random channels.',
  published: null,
  recipe: { criterion: 'random', regularizer: 'group-lasso', params: { regularizer: { lambda: 0 } } },
};
