/** Clip: y = min(max(x, low), high); ReLU6 is Clip to [0, 6]. https://onnx.ai/onnx/operators/onnx__Clip.html */
import { type Attribute, float, type GraphBuilder, toNumbers } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { noGradient } from './_emit.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onePerOutput } from './_rules.js';

/** A bound as an attribute; nothing where the input is left out. */
const bound = (
  b: GraphBuilder,
  name: string,
  input: string | undefined,
): Readonly<Record<string, Attribute>> | null => {
  if (!input) return {};
  const constant = b.constantOf(input);
  return constant && { [name]: float(toNumbers(constant)[0]!) };
};

export const Clip = defineOp({
  ...unaryOperator,
  type: 'Clip',
  since: 13,
  // dX = dY where low < Y < high
  gradient: ({ b, node, x, y, dY }) => {
    const [low, high] = [bound(b, 'min', x[1]), bound(b, 'max', x[2])];
    if (!low || !high) throw noGradient(node, 'constant bounds', 'computed ones');
    const dX = abstract(b, 'ClipGrad', [y[0]!, dY[0]!], { ...low, ...high });
    return [dX, ...x.slice(1).map(() => null)];
  },
  channels: (c) => [c.x[0]!],
  macs: onePerOutput,
});
