/**
 * LayerNormalization: y = (x - mean) · inv_std · scale + bias over the axes from `axis` on.
 * https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
 */
import { type Dim, type GraphBuilder, int, intOf, type Node, placeOf } from '@topiary/onnx';
import { abstracts } from './_abstract.js';
import { normalized } from './_cost.js';
import { noGradient } from './_emit.js';
import { defineOp, nothing, noValue } from './_op.js';
import { broadcastShapes, fromFront, required, twoPerInput } from './_rules.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', -1), rank, node);

/** Mean and inverse deviation: outputs 1 and 2, computed again where the node leaves them out. */
const statistics = (b: GraphBuilder, node: Node, x: readonly string[], y: readonly string[]): readonly string[] =>
  y[1] && y[2] ? [y[1], y[2]] : b.ops('LayerNormalization', x, node.attributes, { outputs: 3 }).slice(1);

export const LayerNormalization = defineOp({
  type: 'LayerNormalization',
  domain: '',
  since: 17,
  shape: (c) => {
    const x = required(c, 0);
    const axis = axisOf(c.node, x.shape.length);
    for (const { shape } of c.x.slice(1).filter((vector) => vector !== null))
      broadcastShapes(x.shape, shape, placeOf(c.node));
    const reduced = { type: x.type, shape: x.shape.map((dim, i): Dim => (i < axis ? dim : 1)) };
    return [x, reduced, reduced];
  },
  value: noValue,
  gradient: ({ b, node, x, y, dY }) => {
    if (!dY[0] || dY[1] || dY[2]) throw noGradient(node, 'a gradient of the first output alone', 'one of a statistic');
    const axis = axisOf(node, b.shape(x[0]!).length);
    const inputs = [x[0]!, x[1]!, ...statistics(b, node, x, y), dY[0]];
    return abstracts(b, 'LayerNormalizationGrad', inputs, { axis: int(axis) }, 3).slice(0, x.length);
  },
  // the narrow operator normalises what is left; scale and bias meet the normalised axes
  channels: (c) => {
    const x = c.x[0]!;
    const axis = axisOf(c.node, x.length);
    for (const vector of c.x.slice(1)) for (const [i, dim] of vector.entries()) c.unify(x[axis + i]!, dim);
    const reduced = x.map((dim, i) => (i < axis ? dim : c.fixed(1)));
    return c.types.y.map((_, i) => (i === 0 ? x : reduced));
  },
  rewrite: nothing,
  macs: twoPerInput,
  // mean, difference, square, mean of squares, quotient
  cost: normalized(5),
  roles: () => ({ 1: { role: 'scale' }, 2: { role: 'shift' } }),
  uploads: true,
});
