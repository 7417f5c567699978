/** Abstract operators -> what onnxruntime runs. Pure passes from graph to graph. */
export type { LoweringContext, LoweringRule, Variant } from './_rule.js';
export { fromFilterBlocks, toFilterBlocks } from './filter-blocks.js';
export { type Places, placesOf } from './in-place.js';
export { type KernelWidths, kernelWidths } from './kernel-widths.js';
export { type LoweredStep, type LowerOptions, lower, lowerStep } from './lower.js';
export type { Pair } from './passes/store.js';
export { standard } from './standard.js';
