/** Models and data sets, one file each; import of foreign networks. */
export { buildModel, materialize, publishedAs } from './build-model.js';
export * from './catalogue.js';
export { type Dataset, type OpenOptions, type Split, splitHash } from './dataset.js';
export * from './datasets/index.js';
export { type Classification, checkClassifier, importModel } from './import-model.js';
export { type Augment, type Batch, type BatchOptions, batches, inOrder, normalized } from './loader.js';
export { type MixedBatch, type MixSettings, mixer } from './mix.js';
export type { Model } from './model.js';
export * from './models/index.js';
export { type Random, randomFrom } from './random.js';
