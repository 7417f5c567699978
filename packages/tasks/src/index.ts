/** What networks must do. One task = one folder. */
export * from './_task.js';
export * from './catalogue.js';
export { bindClassifier, type Pictures } from './classification/bound.js';
export { classificationFeeds, type Mixture } from './classification/feeds.js';
export { type Bank, bankErrors, bankTable, timestepsOf } from './diffusion/bank.js';
export { bindDiffusion, type DiffusionData, diffusionCosts } from './diffusion/bound.js';
export { type Critic, judge, readCritic } from './diffusion/critic.js';
export { denoiserPorts } from './diffusion/diffusion.js';
export { drawBatch, type Noised, trainingFeeds } from './diffusion/draws.js';
export { frechetDistance, type Moments, momentsOf } from './diffusion/frechet.js';
export { drawSamples, relativeDistance } from './diffusion/judgement.js';
export { type DenoisingOptions, denoisingLoss, FEEDS } from './diffusion/loss.js';
export { type BetaRule, type NoiseSchedule, noiseSchedule, posteriorOf, respaced } from './diffusion/noise-schedule.js';
export { type SampleSettings, samplePictures, wantedFrom } from './diffusion/sample.js';
export { ddim, partsOf, samplerOf } from './diffusion/samplers.js';
export { DiffusionOptions, DiffusionSettings } from './diffusion/settings.js';
export { holdOut } from './held-out.js';
export { addTask, FOLDER_TASK, taskOf } from './registry.js';
export { type Chosen, type Drawing, drawPrompted } from './segmentation/batches.js';
export { bindSegmenter, type SegmentationData } from './segmentation/bound.js';
export {
  DEFAULTS as EVERYTHING,
  type EverythingOptions,
  type Segment,
  segmentEverything,
  stabilityOf,
} from './segmentation/everything.js';
export { declarePrompts, maskLoss, repeated } from './segmentation/loss.js';
export { type Parts, partsOf as segmenterParts, segmenterPipeline, sidesOf } from './segmentation/parts.js';
export { SegmentationOptions, SegmentationSettings } from './segmentation/settings.js';
