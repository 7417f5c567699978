/**
 * Exponential moving average of what a training learns. It begins as the network itself and follows it quickly at
 * first: at step t = 1, 2, … the decay is min(d, (1 + t) / (10 + t)), as in TensorFlow's ExponentialMovingAverage.
 */
import type { GraphBuilder } from '@topiary/onnx';

/** The share of the new value, 1 - min(d, (1 + t) / (10 + t)) = max(1 - d, 9 / (10 + t)): no digits are lost. */
export const shareOfNew = (b: GraphBuilder, decay: number, step: string): string =>
  b.op('Max', [b.op('Div', [b.scalar(9), b.op('Add', [step, b.scalar(10)])]), b.scalar(1 - decay)]);

// a' = a + share · (w' - a)
export const movedTowards = (b: GraphBuilder, average: string, value: string, share: string): string =>
  b.op('Add', [average, b.op('Mul', [b.op('Sub', [value, average]), share])]);
