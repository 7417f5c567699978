/** Models and data sets, one file each; import of foreign networks. */
export { ahead } from './ahead.js';
export { type NucleiFile, nucleiFiles } from './annotations/nuclei.js';
export type { Annotated, BoxSplit, BoxSplits, Corners, GroundTruth, Pixels, SizeRange } from './boxes.js';
export {
  buildDenoiser,
  buildModel,
  buildSegmenter,
  materialize,
  publishedAs,
  type SegmenterPart,
  segmenterPublishedAs,
} from './build-model.js';
export * from './catalogue.js';
export { type Augment, type OpenOptions, type Pictures, type Split, splitHash } from './dataset.js';
export { saSplit } from './datasets/_sa-folder.js';
export * from './datasets/index.js';
export { drawBoxShapes, SHAPE_SIZES } from './datasets/shapes-det.js';
export type { Conditions, Denoiser } from './denoiser.js';
export * from './denoisers/index.js';
export { pictureUrl } from './encode.js';
export { type ConditionInputs, conditionsOf, importDenoiser } from './import-denoiser.js';
export { type Classification, checkClassifier, importModel, readModel } from './import-model.js';
export { inMemory, type MemoryDataset, type MemorySplit } from './in-memory.js';
export { type Batch, type BatchOptions, batches, inOrder, normalized, relabelled, type Taking } from './loader.js';
export {
  innerPoint,
  jitteredBox,
  type MaskedObject,
  type MaskSplit,
  type MaskSplits,
  type Point,
  type Scene,
  tightBox,
} from './masks.js';
export { type MixedBatch, type MixSettings, mixer } from './mix.js';
export type { Model } from './model.js';
export * from './models/index.js';
export { fillNormal } from './normal.js';
export { type Random, randomFrom } from './random.js';
export type { Counts, Encoded, Prompts, Segmenter } from './segmenter.js';
export * from './segmenters/index.js';
