/**
 * Plain descriptions of every public method, for the API and for the checks of recipes. Light: it loads the criteria,
 * which are arithmetic on arrays, and nothing that knows graphs or onnxruntime. Examples are not listed.
 */
import type { MethodDescription } from '@topiary/contracts';
import { describe } from './_method.js';
import * as criteria from './criteria/index.js';

export { checkParameters } from './parameters.js';

export const METHODS: readonly MethodDescription[] = Object.values(criteria)
  .map(describe)
  .sort((a, b) => a.title.localeCompare(b.title));

/** How a criterion is solved where the recipe leaves it open. */
export const SOLVE: Readonly<Record<string, 'bisect' | 'first-crossing'>> = Object.fromEntries(
  Object.values(criteria).map(({ id, solve }) => [id, solve]),
);
