/**
 * DepthToSpace: blocks of channels become blocks of pixels (PyTorch's PixelShuffle is its mode CRD).
 * https://onnx.ai/onnx/operators/onnx__DepthToSpace.html
 */
import { int, ints, stringOf } from '@topiary/onnx';
import { moved } from './_cost.js';
import { blockOf, checkPicture } from './_depth.js';
import { reshapeTo } from './_emit.js';
import { defineOp, none, noRoles, nothing, noValue } from './_op.js';
import { badNode, fixedDim, like, required } from './_rules.js';

export const DepthToSpace = defineOp({
  type: 'DepthToSpace',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    checkPicture(c.node, x.shape.length);
    const block = blockOf(c.node);
    const [channels, h, w] = x.shape.slice(1).map((dim) => fixedDim(dim, c.node)) as [number, number, number];
    if (channels % block ** 2 !== 0) throw badNode(c.node, `channels in blocks of ${block ** 2}`, `${channels}`);
    return [like(x, [x.shape[0]!, channels / block ** 2, h * block, w * block])];
  },
  value: noValue,
  // the inverse: pixels of dY become channels again
  gradient: ({ b, node, x, dY }) => {
    const block = blockOf(node);
    const [N, C, H, W] = b.shape(x[0]!);
    if (stringOf(node, 'mode', 'DCR') === 'DCR') return [b.op('SpaceToDepth', [dY[0]!], { blocksize: int(block) })];
    const apart = reshapeTo(b, dY[0]!, [N!, Number(C) / block ** 2, H!, block, W!, block]);
    return [reshapeTo(b, b.op('Transpose', [apart], { perm: ints([0, 1, 3, 5, 2, 4]) }), b.shape(x[0]!))];
  },
  // DCR: blocks · channels, CRD: channels · blocks; the places in a block stay
  channels: (c) => {
    const [n, depth, ...places] = c.x[0]!;
    const block = blockOf(c.node) ** 2;
    const inner = c.free(c.size(depth!) / block);
    const factors = [c.fixed(block), inner];
    c.unify(depth!, c.product(stringOf(c.node, 'mode', 'DCR') === 'DCR' ? factors : factors.reverse()));
    for (const dim of places) c.fix(dim);
    return [[n!, inner, ...c.types.y[0]!.shape.slice(2).map((dim) => c.fixed(dim))]];
  },
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
