/** Procedures: whole ways of making a network cheaper. */
export { PruneFinetune } from './prune-finetune/prune-finetune.js';
export { ToyHalve } from './toy-halve.js';
