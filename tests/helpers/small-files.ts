/** Small honest files, as people upload them. */
import { encode, floats, int } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { random } from './random.js';

/** Pictures [3, 32, 32] to ten classes by one linear layer of 120 kB: smaller than the base network by any count. */
export const linear = (seed: number): Uint8Array => {
  const b = createBuilder();
  const rng = random(seed);
  const flat = b.op('Flatten', [b.input('input', 'float32', ['N', 3, 32, 32])], { axis: int(1) });
  const weight = b.constant(floats(Float32Array.from({ length: 30_720 }, rng), [3072, 10]));
  b.output(b.op('MatMul', [flat, weight]), 'logits');
  return encode(b.build('linear'));
};

/** A criterion: the sum of magnitudes. */
export const scoring = (): Uint8Array => {
  const b = createBuilder();
  const magnitudes = b.op('Abs', [b.input('weight', 'float32', ['K', 'M'])]);
  b.output(b.op('ReduceSum', [magnitudes, b.int64s([1])], { keepdims: int(0) }), 'score');
  return encode(b.build('scoring'));
};
