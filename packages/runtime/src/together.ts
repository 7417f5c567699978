/**
 * How many steps one call of onnxruntime takes. Its Node binding copies every output of a call, those that were written in
 * place, too: 0.5 ms per MB. Between steps of one call nothing is copied, but what is carried takes its room twice more.
 */
import type { TrainingGraph } from '@topiary/autodiff';
import { elements } from '@topiary/onnx';
import { chooseProvider } from './provider.js';
import type { CompileOptions } from './session.js';

const TOGETHER = 4;
/** Below this a step hardly feels the copies, whatever it computes. */
const WORTH_BYTES = 32 * 2 ** 20;
/** In the time that a byte takes to be copied two cores compute some 50 operations: the copies are worth a tenth of a step. */
const WORTH_FLOPS_PER_BYTE = 500;

const carriedBytes = ({ carried }: TrainingGraph): number =>
  4 * carried.reduce((sum, { dims }) => sum + elements(dims), 0);

/** Measured with ResNet-50 on two cores: 24 % off a step of 8 images at 64 pixels, 10 % of 32, some 5 % of 8 at 224. */
export const togetherFor = async (
  training: TrainingGraph,
  flops: () => number,
  { lowMemory, provider = 'auto' }: CompileOptions,
): Promise<number> => {
  const bytes = carriedBytes(training);
  // Coefficients may be set between any two steps.
  if (lowMemory || training.coefficients.length > 0 || bytes < WORTH_BYTES) return 1;
  if (flops() > WORTH_FLOPS_PER_BYTE * bytes) return 1;
  return (await chooseProvider(provider)).provider === 'cpu' ? TOGETHER : 1;
};
