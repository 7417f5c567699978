/**
 * Plain descriptions of every public method, for the API and for the checks of recipes. Light: it loads the criteria
 * and regularizers, which are arithmetic on arrays, and nothing that knows graphs or onnxruntime. Examples are not listed.
 */
import type { MethodDescription, RecipeDescription } from '@topiary/contracts';
import { describe } from './_method.js';
import * as criteria from './criteria/index.js';
import { PROCEDURES } from './procedures/catalogue.js';
import * as recipes from './recipes/index.js';
import * as regularizers from './regularizers/index.js';

export { assertRequired } from './_serves.js';
export { checkParameters } from './parameters.js';

const methods: MethodDescription[] = [...Object.values(criteria), ...Object.values(regularizers), ...PROCEDURES]
  .map((method) => describe(method))
  .sort((a, b) => a.title.localeCompare(b.title));

export const METHODS: readonly MethodDescription[] = methods;

/** Adds a method of an installation's own to what is listed and accepted. */
export const addMethod = (method: MethodDescription): void => {
  methods.push(describe(method));
};

/** Named combinations: the rows of the published tables, and what came after them. */
export const RECIPES: readonly RecipeDescription[] = Object.values(recipes);

/** How a criterion is solved where the recipe leaves it open. */
export const SOLVE: Readonly<Record<string, 'bisect' | 'first-crossing'>> = Object.fromEntries(
  Object.values(criteria).map(({ id, solve }) => [id, solve]),
);
