/** Models and data sets, one file each; import of foreign networks. */
export { buildDenoiser, buildModel, materialize, publishedAs } from './build-model.js';
export * from './catalogue.js';
export { type Augment, type OpenOptions, type Pictures, type Split, splitHash } from './dataset.js';
export * from './datasets/index.js';
export type { Conditions, Denoiser } from './denoiser.js';
export * from './denoisers/index.js';
export { type ConditionInputs, conditionsOf, importDenoiser } from './import-denoiser.js';
export { type Classification, checkClassifier, importModel } from './import-model.js';
export { inMemory, type MemoryDataset, type MemorySplit } from './in-memory.js';
export { type Batch, type BatchOptions, batches, inOrder, normalized, relabelled, type Taking } from './loader.js';
export { type MixedBatch, type MixSettings, mixer } from './mix.js';
export type { Model } from './model.js';
export * from './models/index.js';
export { fillNormal } from './normal.js';
export { type Random, randomFrom } from './random.js';
