/** Dense tensors of plain numbers: the reference that dimension expressions are compared with. */

/** Row-major. */
export interface Grid {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}
const stridesOf = (dims: readonly number[]): number[] =>
  dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
export const build = (dims: readonly number[], at: (index: readonly number[]) => number): Grid => {
  const strides = stridesOf(dims);
  const size = dims.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, p) => at(strides.map((s, i) => Math.floor(p / s) % dims[i]!)));
  return { dims, data };
};
export const read = (g: Grid, index: readonly number[]): number => {
  const strides = stridesOf(g.dims);
  return g.data[index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!;
};
export const transpose = (g: Grid, perm: readonly number[]): Grid =>
  build(
    perm.map((p) => g.dims[p]!),
    (index) => {
      const source = new Array<number>(perm.length);
      perm.forEach((p, i) => {
        source[p] = index[i]!;
      });
      return read(g, source);
    },
  );
export const take = (g: Grid, kept: readonly ArrayLike<number>[]): Grid =>
  build(
    kept.map((k) => k.length),
    (index) =>
      read(
        g,
        index.map((i, axis) => kept[axis]![i]!),
      ),
  );
