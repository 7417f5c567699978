/** Conv: grouped, strided, dilated correlation. https://onnx.ai/onnx/operators/onnx__Conv.html */
import { elementsAt, ints } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import {
  convolutionAttributes,
  convolutionOf,
  groupedChannels,
  groupFromWeight,
  positions,
  spatialOf,
} from './_conv.js';
import { multiplied } from './_cost.js';
import { notChannels, sumOver } from './_emit.js';
import { defineOp, type MacsRule, noValue } from './_op.js';
import { badNode, fixedDim, required } from './_rules.js';

/** k · k · C/group per output element; the published counter adds one for the bias. */
const macs: MacsRule = ({ x, y }) => {
  const outputs = elementsAt(y[0]!.shape);
  const pure = outputs * elementsAt(x[1]!.shape.slice(1));
  return { pure, published: x[2] ? pure + outputs : pure };
};

export const Conv = defineOp({
  type: 'Conv',
  domain: '',
  since: 11,
  shape: (c) => {
    const [x, w] = [required(c, 0), required(c, 1)];
    const geometry = convolutionOf(c.node, x.shape, w.shape);
    const channels = fixedDim(w.shape[1], c.node) * geometry.group;
    if (x.shape[1] !== channels || fixedDim(w.shape[0], c.node) % geometry.group !== 0) {
      throw badNode(c.node, `a weight for ${x.shape[1]} channels in ${geometry.group} groups`, `[${w.shape}]`);
    }
    const bias = c.x[2];
    if (bias && bias.shape.join() !== `${w.shape[0]}`)
      throw badNode(c.node, `a bias of ${w.shape[0]} numbers`, `[${bias.shape}]`);
    const sizes = positions(c.node, geometry, spatialOf(x.shape, c.node));
    return [{ type: x.type, shape: [x.shape[0]!, w.shape[0]!, ...sizes] }];
  },
  value: noValue,
  gradient: ({ b, node, x, dY, needs }) => {
    const [input, weight, dy] = [x[0]!, x[1]!, dY[0]!];
    const shape = b.shape(input);
    const attributes = convolutionAttributes(convolutionOf(node, shape, b.shape(weight)));
    const inputShape = { ...attributes, input_shape: ints(spatialOf(shape, node)) };
    const dX = needs(0) ? abstract(b, 'ConvInputGrad', [dy, weight], inputShape) : null;
    const dW = needs(1) ? abstract(b, 'ConvWeightGrad', [input, dy], attributes) : null;
    // dB = Σ dY over all but the channels
    const dB = () => (needs(2) ? sumOver(b, dy, notChannels(shape.length)) : null);
    return [dX, dW, ...x.slice(2).map(dB)];
  },
  // in = groups · inner, out = groups · innerOut; weight [out, inner, …]
  channels: (c) => {
    const [x, w, bias] = [c.x[0]!, c.x[1]!, c.x[2] ?? []];
    const outputs = c.size(w[0]!);
    const { inner, out } = groupedChannels(c, x[1]!, c.size(x[1]!) / c.size(w[1]!), outputs);
    c.unify(w[1]!, inner);
    c.unify(w[0]!, out);
    for (const dim of bias) c.unify(dim, out);
    for (const dim of [...w.slice(2), ...x.slice(2)]) c.fix(dim);
    return [[x[0]!, out, ...c.types.y[0]!.shape.slice(2).map((dim) => c.fixed(dim))]];
  },
  rewrite: groupFromWeight,
  macs,
  cost: multiplied(macs),
  roles: () => ({ 1: { role: 'weight', out: 0, in: 1 }, 2: { role: 'bias' } }),
  uploads: true,
});
