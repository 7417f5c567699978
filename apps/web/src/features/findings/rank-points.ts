/** Criteria that have a mean rank on both sides; ranks of methods with a regularizer count among few rows only. */
import type { Findings } from '@topiary/contracts';

export interface Point {
  readonly id: string;
  readonly published: number;
  readonly ours: number;
}

export const rankPoints = ({ methods }: Findings): Point[] =>
  methods.flatMap(({ id, sparsified, published, ours }) =>
    !sparsified && published && ours ? [{ id, published: published.rank, ours: ours.rank }] : [],
  );

/** Where the label of a point stands: right or left of it, above or below. */
export type Side = 'right' | 'left' | 'above' | 'below';
export type Labelled = Point & { readonly side: Side };

interface Sizes {
  /** Pixels to a rank, on both axes. */
  readonly perX: number;
  readonly perY: number;
}

const HEIGHT = 13;
const LETTER = 6.4;
const GAP = 8;

/** Ranks fall to the right and upwards. */
const boxOf = ({ id, published, ours }: Point, side: Side, { perX, perY }: Sizes) => {
  const [x, y, length] = [-published * perX, ours * perY, id.length * LETTER];
  const middle = side === 'above' ? y - HEIGHT : side === 'below' ? y + HEIGHT : y;
  const left = side === 'right' ? x + GAP : side === 'left' ? x - GAP - length : x - length / 2;
  return { left, right: left + length, top: middle - HEIGHT / 2, bottom: middle + HEIGHT / 2 };
};

type Box = ReturnType<typeof boxOf>;
const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const dotOf = ({ published, ours }: Point, { perX, perY }: Sizes): Box => {
  const [x, y] = [-published * perX, ours * perY];
  return { left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 };
};

/** Labels that meet neither another label nor a dot, as far as four sides allow; the rest stand to the right. */
export const labelPoints = (points: readonly Point[], sizes: Sizes): Labelled[] => {
  const taken = points.map((point) => dotOf(point, sizes));
  return points.map((point, i) => {
    const isFree = (side: Side) => !taken.some((box, j) => j !== i && meet(box, boxOf(point, side, sizes)));
    const side = (['right', 'left', 'above', 'below'] as const).find(isFree) ?? 'right';
    taken.push(boxOf(point, side, sizes));
    return { ...point, side };
  });
};
