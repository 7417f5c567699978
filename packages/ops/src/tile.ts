/** Tile: repeats a tensor along each axis. https://onnx.ai/onnx/operators/onnx__Tile.html */
import { multiplyDims, type Shape, toNumbers } from '@topiary/onnx';
import { moved } from './_cost.js';
import { reshapeTo, sumOver } from './_emit.js';
import { defineOp, none, nothing } from './_op.js';
import { badNode, like, pointwiseRoles, required, requiredSizes } from './_rules.js';
import { knownNumbers, rearrange } from './_value.js';

export const Tile = defineOp({
  type: 'Tile',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    const repeats = requiredSizes(c, 1);
    if (repeats.length !== x.shape.length)
      throw badNode(c.node, `${x.shape.length} repeats, one per axis`, `${repeats.length}`);
    return [
      like(
        x,
        x.shape.map((dim, axis) => multiplyDims(dim, repeats[axis]!)!),
      ),
    ];
  },
  value: (c) => {
    const [x, repeats] = [c.known(0), knownNumbers(c, 1)];
    if (!x || repeats?.length !== x.dims.length) return null;
    const dims = x.dims.map((dim, axis) => dim * repeats[axis]!);
    return [rearrange(x, dims, (index) => index.map((at, axis) => at % x.dims[axis]!))];
  },
  // dX = sum of dY over the copies, which stand one after another
  gradient: ({ b, x, dY }) => {
    const shape = b.shape(x[0]!);
    const repeats = toNumbers(b.constantOf(x[1]!)!);
    const apart: Shape = shape.flatMap((dim, axis) => (repeats[axis] === 1 ? [dim] : [repeats[axis]!, dim]));
    const axes: number[] = [];
    repeats.forEach((n, axis) => {
      if (n !== 1) axes.push(axis + axes.length);
    });
    return [sumOver(b, reshapeTo(b, dY[0]!, apart), axes), null];
  },
  // copies are an outer factor that stays
  channels: (c) => {
    const repeats = requiredSizes(c, 1);
    return [c.x[0]!.map((dim, axis) => (repeats[axis] === 1 ? dim : c.product([c.fixed(repeats[axis]!), dim])))];
  },
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: (node, x) => pointwiseRoles({ role: 'parameter' })(node, x.slice(0, 1)),
  uploads: true,
});
