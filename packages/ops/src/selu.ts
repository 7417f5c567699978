/** Selu: y = gamma · x where x > 0, else gamma · alpha · (eˣ - 1). https://onnx.ai/onnx/operators/onnx__Selu.html */
import { floatOf } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { wherePositive } from './_emit.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

/** The constants of the paper (arXiv:1706.02515), as ONNX has them for defaults. */
const ALPHA = 1.6732631921768188;
const GAMMA = 1.0507010221481323;

export const Selu = defineOp({
  ...unaryOperator,
  type: 'Selu',
  since: 6,
  // dX = gamma · dY where X > 0, else dY · (Y + gamma · alpha)
  gradient: ({ b, node, x, y, dY }) => {
    const [alpha, gamma] = [floatOf(node, 'alpha', ALPHA), floatOf(node, 'gamma', GAMMA)];
    const below = b.op('Add', [y[0]!, b.scalar(gamma * alpha)]);
    return [b.op('Mul', [dY[0]!, wherePositive(b, x[0]!, b.scalar(gamma), below)])];
  },
  // as long as Log
  cost: each(WEIGHTS.log),
});
