/** ConvTranspose: the gradient of a Conv as a layer. https://onnx.ai/onnx/operators/onnx__ConvTranspose.html */
import { elementsAt, int, intOf, intsOf, type Node, type Shape, stringOf } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { convolutionAttributes, extent, groupedChannels, spatialOf, windowOf } from './_conv.js';
import { multiplied } from './_cost.js';
import { noGradient, notChannels, sumOver } from './_emit.js';
import { defineOp, type MacsRule, noValue } from './_op.js';
import { badNode, fixedDim, required } from './_rules.js';

/** out = (in - 1) · stride + extent + output_padding - pads */
const sizesOf = (node: Node, x: Shape, w: Shape): readonly number[] => {
  const sizes = spatialOf(x, node);
  const given = intsOf(node, 'output_shape');
  if (given?.length) return given.slice(-sizes.length);
  const mode = stringOf(node, 'auto_pad', 'NOTSET');
  if (mode !== 'NOTSET') throw badNode(node, 'explicit pads', `auto_pad ${mode}`);
  const window = windowOf(node, intsOf(node, 'kernel_shape') ?? spatialOf(w, node), sizes);
  const extra = intsOf(node, 'output_padding') ?? sizes.map(() => 0);
  return sizes.map((size, i) => {
    const pads = window.pads[i]! + window.pads[i + sizes.length]!;
    return (size - 1) * window.strides[i]! + extent(window, i) + extra[i]! - pads;
  });
};

const macs: MacsRule = ({ x, y }) => {
  const pure = elementsAt(x[0]!.shape) * elementsAt(x[1]!.shape.slice(1));
  return { pure, published: x[2] ? pure + elementsAt(y[0]!.shape) : pure };
};

export const ConvTranspose = defineOp({
  type: 'ConvTranspose',
  domain: '',
  since: 11,
  // weight [in, out/group, …kernel]
  shape: (c) => {
    const [x, w] = [required(c, 0), required(c, 1)];
    if (x.shape[1] !== w.shape[0]) throw badNode(c.node, `a weight for ${x.shape[1]} channels`, `[${w.shape}]`);
    const channels = fixedDim(w.shape[1], c.node) * intOf(c.node, 'group', 1);
    return [{ type: x.type, shape: [x.shape[0]!, channels, ...sizesOf(c.node, x.shape, w.shape)] }];
  },
  value: noValue,
  // y is the input gradient of a Conv with this weight: dX = Conv(dY), dW = that Conv's weight gradient from dY and X
  gradient: ({ b, node, x, dY, needs }) => {
    if (intsOf(node, 'output_shape')?.length) throw noGradient(node, 'explicit pads', 'output_shape');
    const [input, weight, dy] = [x[0]!, x[1]!, dY[0]!];
    const kernel = spatialOf(b.shape(weight), node);
    const window = windowOf(node, kernel, spatialOf(b.shape(dy), node));
    const attributes = convolutionAttributes({ ...window, group: intOf(node, 'group', 1) });
    const dX = needs(0) ? b.op('Conv', [dy, weight], attributes) : null;
    const dW = needs(1) ? abstract(b, 'ConvWeightGrad', [dy, input], attributes) : null;
    // dB = Σ dY over all but the channels
    const dB = () => (needs(2) ? sumOver(b, dy, notChannels(b.shape(dy).length)) : null);
    return [dX, dW, ...x.slice(2).map(dB)];
  },
  channels: (c) => {
    const [x, w, bias] = [c.x[0]!, c.x[1]!, c.x[2] ?? []];
    const group = intOf(c.node, 'group', 1);
    const { innerOut, out } = groupedChannels(c, x[1]!, group, c.size(w[1]!) * group);
    c.unify(w[0]!, x[1]!);
    c.unify(w[1]!, innerOut);
    for (const dim of bias) c.unify(dim, out);
    for (const dim of [...w.slice(2), ...x.slice(2)]) c.fix(dim);
    return [[x[0]!, out, ...c.types.y[0]!.shape.slice(2).map((dim) => c.fixed(dim))]];
  },
  // the group count that the cut weight implies
  rewrite: ({ node, after }) => {
    const group = fixedDim(after.y[0]!.shape[1], node) / fixedDim(after.x[1]!.shape[1], node);
    return { attributes: { ...node.attributes, group: int(group) } };
  },
  macs,
  cost: multiplied(macs),
  roles: () => ({ 1: { role: 'weight', out: 1, in: 0 }, 2: { role: 'bias' } }),
  uploads: true,
});
