/** Every statistic, one line each. */
export { ActivationMean } from './activation-mean.js';
export { ChannelEnergy } from './channel-energy.js';
export { DisturbedGradient } from './disturbed-gradient.js';
export { DisturbedRoot } from './disturbed-root.js';
export { Fisher } from './fisher.js';
export { FreshMapRank } from './fresh-map-rank.js';
export { Gradient } from './gradient.js';
export { LastSquaredGradient } from './last-squared-gradient.js';
export { MapRank } from './map-rank.js';
export { ResponseGram } from './response-gram.js';
export { SquaredGradient } from './squared-gradient.js';
