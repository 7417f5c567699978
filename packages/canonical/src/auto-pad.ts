/** Writes `auto_pad` as explicit pads. https://onnx.ai/onnx/operators/onnx__Conv.html */
import { TopiaryError } from '@topiary/errors';
import { type Attributes, ints, intsOf, isFixed, type Node, placeOf, stringOf } from '@topiary/onnx';
import type { Folding } from './fold.js';

const bare = (attributes: Attributes): Attributes => {
  const { auto_pad: _, ...rest } = attributes;
  return rest;
};

/** total = (ceil(x / stride) - 1)·stride + reach - x, the odd one at the end (SAME_UPPER) or the start (SAME_LOWER) */
export const autoPad = (node: Node, folding: Folding): readonly Node[] => {
  const mode = stringOf(node, 'auto_pad', 'NOTSET');
  if (!node.attributes['auto_pad']) return [node];
  if (mode === 'NOTSET') return [{ ...node, attributes: bare(node.attributes) }];
  const x = folding.type(node.inputs[0]!)?.shape.slice(2) ?? [];
  const kernel = intsOf(node, 'kernel_shape') ?? folding.type(node.inputs[1] ?? '')?.shape.slice(2) ?? [];
  const [begin, end]: [number[], number[]] = [[], []];
  x.forEach((size, i) => {
    if (!isFixed(size))
      throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', { where: placeOf(node), got: `'${size}'` });
    const stride = intsOf(node, 'strides')?.[i] ?? 1;
    const reach = (Number(kernel[i]) - 1) * (intsOf(node, 'dilations')?.[i] ?? 1) + 1;
    const total = mode === 'VALID' ? 0 : Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    const small = Math.floor(total / 2);
    begin.push(mode === 'SAME_LOWER' ? total - small : small);
    end.push(mode === 'SAME_LOWER' ? small : total - small);
  });
  return [{ ...node, attributes: { ...bare(node.attributes), pads: ints([...begin, ...end]) } }];
};
