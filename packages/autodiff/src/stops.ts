/** Where gradients end or take another way. */
import type { GraphBuilder } from '@topiary/onnx';

/** The value as a constant: no gradient passes. */
export const stopGradient = (b: GraphBuilder, value: string): string =>
  b.op('StopGradient', [value], {}, { domain: 'topiary' });

/** `hard` on the way forward, `soft` on the way back. */
export const straightThrough = (b: GraphBuilder, hard: string, soft: string): string =>
  b.op('StraightThrough', [hard, soft], {}, { domain: 'topiary' });
