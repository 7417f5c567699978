/** Cross-entropy against labels drawn from the network's own softmax: the largest of logits plus Gumbel noise. */
import { int } from '@topiary/onnx';
import type { Rng } from '../draws.js';
import type { Loss } from './_loss.js';

const NOISE = 'gumbel';
/** Of ONNX's data types. */
const INT32 = 6;

/** -ln(-ln u), u kept away from 0, where it has no end. */
const gumbel = (rng: Rng): number => -Math.log(-Math.log(rng() + 2 ** -40));

export const sampledCrossEntropy = (): Loss => ({
  id: 'sampled-cross-entropy',
  build: ({ b, outputs }) => {
    const logits = outputs[0]!;
    const dims = b.shape(logits).map(Number);
    const noise = b.input(NOISE, 'float32', dims);
    const guess = b.op('ArgMax', [b.op('Add', [logits, noise])], { axis: int(-1), keepdims: int(0) });
    const labels = b.op('Cast', [guess], { to: int(INT32) });
    const [loss] = b.ops('SoftmaxCrossEntropy', [logits, labels], {}, { domain: 'topiary', outputs: 2 });
    return { loss: loss!, metrics: {}, draws: [{ input: NOISE, dims, value: gumbel }] };
  },
  perExample: sampledCrossEntropy,
  sampled: sampledCrossEntropy,
});
