/** Procedures: whole ways of making a network cheaper. */
export { AsyncDiff } from './asyncdiff/asyncdiff.js';
export { DropBlocks } from './drop-blocks.js';
export { FewerSteps } from './fewer-steps.js';
export { LearningToCache } from './learning-to-cache/learning-to-cache.js';
export { PruneFinetune } from './prune-finetune/prune-finetune.js';
export { RemixDit } from './remix-dit/remix-dit.js';
export { SlimSam } from './slimsam/slimsam.js';
export { TinyFusion } from './tinyfusion/tinyfusion.js';
export { ToyHalve } from './toy-halve.js';
