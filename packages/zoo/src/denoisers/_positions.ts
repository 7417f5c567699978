/**
 * Positions of a square of tokens as sines: the first half of the width says the column, the second the row; each half holds
 * sin and then cos of position · 10000^(-k / (width / 4)).
 */
export const sineTable = (rows: number, width: number): readonly number[] => {
  const quarter = width / 4;
  const frequencies = Array.from({ length: quarter }, (_, k) => 10_000 ** (-k / quarter));
  const half = (at: number): number[] => [Math.sin, Math.cos].flatMap((wave) => frequencies.map((f) => wave(at * f)));
  const places = Array.from({ length: rows * rows }, (_, i) => [i % rows, Math.floor(i / rows)] as const);
  return places.flatMap(([column, row]) => [...half(column), ...half(row)]);
};
