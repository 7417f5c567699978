/** One operator = one file: shape, value, gradient, channels, rewrite, macs, cost, roles, uploads. */
import { GraphBuilder } from '@topiary/onnx';
import { infer } from './_registry.js';

export { type Convolution, convolutionAttributes, convolutionOf } from './_conv.js';
export { cureOf } from './_cures.js';
export * from './_dimension.js';
export * from './_op.js';
export { byRule, macsAs, type Published, type PublishedAs } from './_published.js';
export { allOps, findOp, infer, opOf } from './_registry.js';
export { isElementwise } from './_rules.js';
export { trainableNames } from './_trainable.js';
export { type Count, type CountOptions, count, type NodeCount } from './count.js';
export { inferTypes } from './infer-types.js';
export { type LayerCost, layerCosts } from './layer-costs.js';
export { peakActivationBytes } from './peak-activation-bytes.js';
export { type NodeWork, varyingNames, type Work, workOf } from './work-of.js';

/** A builder that infers types by the operators' own shape rules. */
export const createBuilder = (): GraphBuilder => new GraphBuilder(infer);
