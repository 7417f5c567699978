/** What a named recipe declares: methods put together, with what makes them more than a choice of two fields. */
import type { RecipeDescription } from '@topiary/contracts';

/** Everything that is not said has the defaults of methods and board. */
export type NamedRecipe = Readonly<RecipeDescription>;

/** A criterion alone, as in the upper part of PruningBench's tables. */
export const alone = (id: string, title: string, summary: string): NamedRecipe => ({
  id,
  title,
  summary,
  published: title,
  recipe: { criterion: id },
});

/** A criterion after sparse training, as in the lower part. */
export const after = (
  criterion: readonly [id: string, title: string],
  regularizer: readonly [id: string, title: string],
  summary: string,
  params: Readonly<Record<string, number | string | boolean>> = {},
): NamedRecipe => ({
  id: `${criterion[0]}-${regularizer[0]}`,
  title: `${criterion[1]} + ${regularizer[1]}`,
  summary,
  published: `${criterion[1]} + ${regularizer[1]}`,
  recipe: {
    criterion: criterion[0],
    regularizer: regularizer[0],
    ...(Object.keys(params).length === 0 ? {} : { params: { regularizer: { ...params } } }),
  },
});
