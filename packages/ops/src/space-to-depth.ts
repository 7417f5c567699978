/** SpaceToDepth: blocks of pixels become blocks of channels. https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html */
import { int, string } from '@topiary/onnx';
import { moved } from './_cost.js';
import { blockOf, checkPicture } from './_depth.js';
import { defineOp, none, noRoles, nothing, noValue } from './_op.js';
import { badNode, fixedDim, like, required } from './_rules.js';

export const SpaceToDepth = defineOp({
  type: 'SpaceToDepth',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    checkPicture(c.node, x.shape.length);
    const block = blockOf(c.node);
    const [channels, h, w] = x.shape.slice(1).map((dim) => fixedDim(dim, c.node)) as [number, number, number];
    if (h % block !== 0 || w % block !== 0) throw badNode(c.node, `sizes in blocks of ${block}`, `${h} and ${w}`);
    return [like(x, [x.shape[0]!, channels * block ** 2, h / block, w / block])];
  },
  value: noValue,
  // the inverse: channels of dY become pixels again
  gradient: ({ b, node, dY }) => [
    b.op('DepthToSpace', [dY[0]!], { blocksize: int(blockOf(node)), mode: string('DCR') }),
  ],
  // blocks · channels; the places in a block stay
  channels: (c) => {
    const [n, channels, ...places] = c.x[0]!;
    for (const dim of places) c.fix(dim);
    const depth = c.product([c.fixed(blockOf(c.node) ** 2), channels!]);
    return [[n!, depth, ...c.types.y[0]!.shape.slice(2).map((dim) => c.fixed(dim))]];
  },
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
