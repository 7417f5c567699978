/** Which pooling windows onnxruntime's blocked kernels take. */
import { intOf, intsOf, stringOf } from '@topiary/onnx';
import type { Candidate } from './_rule.js';

/** Two spatial axes, one output, every size spoken out, rounded down. */
export const isSimplePool = (c: Candidate): boolean => {
  const { node } = c;
  const dense = (intsOf(node, 'dilations') ?? []).every((d) => d === 1);
  const down = intOf(node, 'ceil_mode', 0) === 0 && stringOf(node, 'auto_pad', 'NOTSET') === 'NOTSET';
  return c.shape(0).length === 4 && node.outputs.length === 1 && dense && down;
};
