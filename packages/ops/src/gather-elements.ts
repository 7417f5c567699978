/** GatherElements: picks one element per index along an axis. https://onnx.ai/onnx/operators/onnx__GatherElements.html */
import { int, intOf, type Node } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { picked } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { badNode, fromFront, like, pointwiseRoles, required } from './_rules.js';
import { knownNumbers, rearrange } from './_value.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', 0), rank, node);

export const GatherElements = defineOp({
  type: 'GatherElements',
  domain: '',
  since: 13,
  // y[i, j] = x[i, indices[i, j]] for axis 1
  shape: (c) => {
    const [x, indices] = [required(c, 0), required(c, 1)];
    axisOf(c.node, x.shape.length);
    if (indices.shape.length !== x.shape.length)
      throw badNode(c.node, `indices of ${x.shape.length} dimensions`, `[${indices.shape}]`);
    return [like(x, indices.shape)];
  },
  value: (c) => {
    const [x, indices] = [c.known(0), knownNumbers(c, 1)];
    const dims = c.known(1)?.dims;
    if (!x || !indices || !dims) return null;
    const axis = axisOf(c.node, x.dims.length);
    const size = x.dims[axis]!;
    const y = rearrange(x, dims, (index) => {
      const at = indices[index.reduce((n, i, k) => n * dims[k]! + i, 0)]!;
      return index.map((i, k) => (k === axis ? (at < 0 ? at + size : at) : i));
    });
    return [y];
  },
  // dX = sum of dY over equal indices
  gradient: ({ b, node, x, dY }) => {
    const axis = int(axisOf(node, b.shape(x[0]!).length));
    return [abstract(b, 'GatherElementsGrad', [x[0]!, x[1]!, dY[0]!], { axis }), null];
  },
  // positions along the axis have meaning; along the others both are walked side by side
  channels: (c) => {
    const [x, indices] = [c.x[0]!, c.x[1]!];
    const axis = axisOf(c.node, x.length);
    const y = indices.map((dim, i) => {
      if (i === axis) {
        c.fix(x[axis]!);
        c.fix(dim);
      } else if (c.size(dim) === c.size(x[i]!)) c.unify(x[i]!, dim);
      else {
        c.fix(x[i]!);
        c.fix(dim);
      }
      return dim;
    });
    return [y];
  },
  rewrite: nothing,
  macs: none,
  cost: picked,
  roles: (node, x) => pointwiseRoles({ role: 'parameter' })(node, x.slice(0, 1)),
  uploads: true,
});
