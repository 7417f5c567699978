/** SliceGrad along places: rows of one block moved between zeros. */
import { intsOf } from '@topiary/onnx';
import { movePlaces, ZERO } from './_move.js';
import type { BlockedRule, Candidate } from './_rule.js';

const axesOf = ({ node }: Candidate): readonly number[] => intsOf(node, 'axes') ?? [];

/** For each place of x along an axis the place of dY that comes from it, or ZERO. */
const sourcesOf = (c: Candidate, axis: number): readonly number[] => {
  const [count, size] = [c.shape(0)[axis], c.outShape(0)[axis]].map(Number) as [number, number];
  const at = axesOf(c).indexOf(axis);
  const of = (name: string, fallback: number): number => (at < 0 ? fallback : intsOf(c.node, name)![at]!);
  const sources = new Array<number>(size).fill(ZERO);
  for (let i = 0; i < count; i += 1) sources[of('starts', 0) + i * of('steps', 1)] = i;
  return sources;
};

export const sliceGrad: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.arrives(0) && c.shape(0).length === 4 && axesOf(c).every((axis) => axis >= 2),
  lower: (c) => {
    const [rows, columns] = [sourcesOf(c, 2), sourcesOf(c, 3)];
    const width = Number(c.shape(0)[3]);
    const source = (y: number, x: number): number =>
      rows[y] === ZERO || columns[x] === ZERO ? ZERO : rows[y]! * width + columns[x]!;
    return [movePlaces(c.b, c.blocked(0), c.block, [rows.length, columns.length], source)];
  },
};
