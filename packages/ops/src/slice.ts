/** Slice: a part of each axis, with steps. https://onnx.ai/onnx/operators/onnx__Slice.html */
import { ints, type Tensor, type TypedArray, tensor } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { moved } from './_cost.js';
import { defineOp, none, noRoles } from './_op.js';
import { constantOf } from './_reshape.js';
import { fromFront, like, optionalInts, required } from './_rules.js';
import { type Cut, cutShape, cutsOf } from './_slice.js';
import { rearrange } from './_value.js';

/** The same integers with some changed, in the same element type. */
const changed = (value: Tensor, change: ReadonlyMap<number, number>): Tensor => {
  const data: TypedArray = value.data.slice();
  for (const [i, number] of change) data[i] = data instanceof BigInt64Array ? BigInt(number) : number;
  return tensor(value.type, value.dims, data);
};

/** `x[..., 1::2]` of an even number: each pair gives one, as in rotary positions whose pairs are neighbours. */
const takesOneOfEach = ({ start, step, count, size }: Omit<Cut, 'axis'>): boolean =>
  step > 1 && start < step && count * step === size;

export const Slice = defineOp({
  type: 'Slice',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    return [like(x, cutShape(x.shape, cutsOf(c, x.shape)))];
  },
  value: (c) => {
    const x = c.known(0);
    const known = [1, 2, 3, 4].every((i) => !c.node.inputs[i] || constantOf(c, i));
    if (!x || !known) return null;
    const cuts = cutsOf({ node: c.node, constant: (i) => constantOf(c, i) }, x.dims);
    const dims = cutShape(x.dims, cuts).map(Number);
    return [
      rearrange(x, dims, (index) => {
        const from = [...index];
        for (const { axis, start, step } of cuts) from[axis] = start + index[axis]! * step;
        return from;
      }),
    ];
  },
  // dX is zero but for what was taken
  gradient: ({ b, node, x, dY }) => {
    const shape = b.shape(x[0]!);
    const cuts = cutsOf({ node, constant: (i) => b.constantOf(x[i]!) }, shape);
    const rest = x.slice(1).map(() => null);
    if (cuts.length === 0) return [dY[0]!, ...rest];
    if (cuts.every(({ step }) => step === 1)) {
      const pads = [...shape, ...shape].map(() => 0);
      for (const { axis, start, count, size } of cuts) {
        pads[axis] = start;
        pads[axis + shape.length] = size - start - count;
      }
      return [b.op('Pad', [dY[0]!, b.int64s(pads)]), ...rest];
    }
    const attributes = {
      axes: ints(cuts.map(({ axis }) => axis)),
      starts: ints(cuts.map(({ start }) => start)),
      steps: ints(cuts.map(({ step }) => step)),
      sizes: ints(cuts.map(({ size }) => size)),
    };
    return [abstract(b, 'SliceGrad', [dY[0]!], attributes), ...rest];
  },
  // [before | taken | after]; one of every few is taken · few; any other steps leave an axis whole
  channels: (c) => {
    const y = [...c.x[0]!];
    for (const { axis, start, step, count, size } of cutsOf(c, c.types.x[0]!.shape)) {
      const x = y[axis]!;
      if (step === 1) y[axis] = c.split(x, [start, count, size - start - count])[1]!;
      else if (takesOneOfEach({ start, step, count, size })) {
        y[axis] = c.free(count);
        c.unify(x, c.product([y[axis]!, c.fixed(step)]));
      } else {
        c.fix(x);
        y[axis] = c.fixed(count);
      }
    }
    return [y];
  },
  rewrite: (c) => {
    const { before, after, node } = c;
    const shape = before.x[0]!.shape;
    const axes = optionalInts(c, 3) ?? [...Array(shape.length).keys()];
    const starts = new Map<number, number>();
    const ends = new Map<number, number>();
    for (const { axis, start, step, count } of cutsOf(c, shape)) {
      if (after.x[0]!.shape[axis] === shape[axis]) continue;
      const kept = c.keptIn(0, axis);
      const at = axes.findIndex((given) => fromFront(given, shape.length, node) === axis);
      if (step !== 1) {
        ends.set(at, kept.length);
        continue;
      }
      starts.set(at, kept.filter((position) => position < start).length);
      ends.set(at, kept.filter((position) => position < start + count).length);
    }
    if (ends.size === 0) return {};
    return { constants: { 1: changed(c.constant(1)!, starts), 2: changed(c.constant(2)!, ends) } };
  },
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
