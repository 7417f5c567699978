/** Metrics of every task as plain data, for tracks and the API; nothing here computes. */
export { CLASSIFICATION_METRICS } from './classification/metrics.js';
export { DETECTION_METRICS } from './detection/metrics.js';
export { DIFFUSION_METRICS } from './diffusion/metrics.js';
export { SEGMENTATION_METRICS } from './segmentation/metrics.js';
