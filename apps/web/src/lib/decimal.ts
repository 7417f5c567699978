/** Alignment of a column of numbers on the decimal point, whatever their decimals: widths in `ch` for either side. */

export interface DecimalWidths {
  readonly left: number;
  readonly right: number;
}

/** `-1,204.5` -> `-1,204` and `.5`; a text without a point is all left. */
export const splitDecimal = (text: string): { left: string; right: string } => {
  const point = text.lastIndexOf('.');
  return point < 0 ? { left: text, right: '' } : { left: text.slice(0, point), right: text.slice(point) };
};

/** Points and commas are narrower than figures; half a figure is near enough in every system typeface. */
const widthOf = (text: string): number => [...text].reduce((sum, c) => sum + (c === '.' || c === ',' ? 0.5 : 1), 0);

export const decimalWidths = (texts: readonly string[]): DecimalWidths => {
  const parts = texts.map(splitDecimal);
  return {
    left: Math.max(0, ...parts.map((part) => widthOf(part.left))),
    right: Math.max(0, ...parts.map((part) => widthOf(part.right))),
  };
};
