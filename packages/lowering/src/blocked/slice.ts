/** Slice: places by rows of one block, channels by a selection. */
import { toNumbers } from '@topiary/onnx';
import { movePlaces } from './_move.js';
import type { BlockedRule, Candidate } from './_rule.js';
import { selectChannels } from './_select.js';

/** Positions taken along each axis; null where they are not known or the batch is cut. */
const positionsOf = (c: Candidate): readonly (readonly number[])[] | null => {
  const shape = c.shape(0).map(Number);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((i) => {
    const value = c.constant(i);
    return value ? toNumbers(value) : null;
  });
  if (!starts || !ends || (c.node.inputs[3] && !axes) || (c.node.inputs[4] && !steps)) return null;
  const taken = shape.map((size) => Array.from({ length: size }, (_, i) => i));
  starts.forEach((start, i) => {
    const axis = ((axes?.[i] ?? i) + shape.length) % shape.length;
    const [size, step] = [shape[axis]!, steps?.[i] ?? 1];
    const first = start < 0 ? Math.max(0, start + size) : Math.min(start, size - 1);
    const count = Number(c.outShape(0)[axis]);
    taken[axis] = Array.from({ length: count }, (_, j) => first + j * step);
  });
  return shape.length === 4 && taken[0]!.length === shape[0] && ends.length === starts.length ? taken : null;
};

const isWhole = (taken: readonly number[], size: number): boolean =>
  taken.length === size && taken.every((position, i) => position === i);

export const slice: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.arrives(0) && positionsOf(c) !== null,
  lower: (c) => {
    const { b, block } = c;
    const [, C, H, W] = c.shape(0).map(Number) as [number, number, number, number];
    const [, channels, rows, columns] = positionsOf(c) as readonly (readonly number[])[];
    const x = c.blocked(0);
    const cut = isWhole(channels!, C) ? x : selectChannels(b, x, C, channels!, block);
    if (isWhole(rows!, H) && isWhole(columns!, W)) return [cut];
    const size = [rows!.length, columns!.length] as const;
    return [movePlaces(b, cut, block, size, (y, place) => rows![y]! * W + columns![place]!)];
  },
};
