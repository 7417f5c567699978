/** Makes foreign graphs plain. */

export { type CanonicalOptions, canonicalize } from './canonicalize.js';
export { foreignTypes } from './foreign-types.js';
