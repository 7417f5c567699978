/** Boxes in a graph: four values of one shape, so that nothing ever has four numbers beside what is broadcast. */
import { type GraphBuilder, int, scalar } from '@topiary/onnx';

/** Left, top, right, bottom. */
export type Planes = readonly [string, string, string, string];

/** The arithmetic of a graph, written as one reads it. */
export const arithmetic = (b: GraphBuilder) => {
  const value = (x: string | number): string => (typeof x === 'number' ? b.constant(scalar(x)) : x);
  const binary = (op: string) => (p: string | number, q: string | number) => b.op(op, [value(p), value(q)]);
  const fold =
    (op: string) =>
    (x: string, axes: readonly number[], keeps = true) =>
      b.op(op, [x, b.int64s(axes)], { keepdims: int(Number(keeps)) });
  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    max: binary('Max'),
    min: binary('Min'),
    greater: binary('Greater'),
    atLeast: binary('GreaterOrEqual'),
    equal: binary('Equal'),
    and: binary('And'),
    square: (x: string) => b.op('Mul', [x, x]),
    sum: fold('ReduceSum'),
    most: fold('ReduceMax'),
    /** Truth as 1 and 0. */
    asNumber: (x: string) => b.op('Cast', [x], { to: int(1) }),
    where: (condition: string, yes: string, no: string) => b.op('Where', [condition, yes, no]),
    /** Equal parts along an axis. */
    parts: (x: string, count: number, axis: number) =>
      b.ops('Split', [x], { axis: int(axis), num_outputs: int(count) }, { outputs: count }),
  };
};

export type Arithmetic = ReturnType<typeof arithmetic>;
