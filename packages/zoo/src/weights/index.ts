/** Weights that others published; a subpath of its own, so that only who reads them loads a reader of archives. */
export { readWeights } from './read-weights.js';
export type { StoredTensor, Weights } from './stored.js';
export { withWeights } from './with-weights.js';
