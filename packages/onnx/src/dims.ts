/**
 * Dimensions of a tensor: a number, or a multiple of one symbol (the batch), written `N` or `64*N`.
 * After `canonical` the batch is the only symbol left in a graph.
 */
export type Dim = number | string;
export type Shape = readonly Dim[];

interface Term {
  readonly times: number;
  readonly symbol: string | null;
}

const parse = (dim: Dim): Term => {
  if (typeof dim === 'number') return { times: dim, symbol: null };
  const star = dim.indexOf('*');
  return star < 0 ? { times: 1, symbol: dim } : { times: Number(dim.slice(0, star)), symbol: dim.slice(star + 1) };
};

const write = ({ times, symbol }: Term): Dim => {
  if (symbol === null) return times;
  return times === 1 ? symbol : `${times}*${symbol}`;
};

export const isFixed = (dim: Dim): dim is number => typeof dim === 'number';

/** a · b, or null where both carry a symbol. */
export const multiplyDims = (a: Dim, b: Dim): Dim | null => {
  const [p, q] = [parse(a), parse(b)];
  if (p.symbol !== null && q.symbol !== null) return null;
  const times = p.times * q.times;
  return times === 0 ? 0 : write({ times, symbol: p.symbol ?? q.symbol });
};

/** a / b, or null where the division is not exact. */
export const divideDims = (a: Dim, b: Dim): Dim | null => {
  const [p, q] = [parse(a), parse(b)];
  if (q.times === 0 || p.times % q.times !== 0) return null;
  if (q.symbol !== null && q.symbol !== p.symbol) return null;
  return write({ times: p.times / q.times, symbol: q.symbol === null ? p.symbol : null });
};

/** The product of all dimensions, or null where two of them carry a symbol. */
export const sizeOf = (shape: Shape): Dim | null => {
  let size: Dim | null = 1;
  for (const dim of shape) size = size === null ? null : multiplyDims(size, dim);
  return size;
};

/** The number that a dimension has when its symbol is `batch`. */
export const dimAt = (dim: Dim, batch: number): number => {
  const { times, symbol } = parse(dim);
  return symbol === null ? times : times * batch;
};

export const shapeAt = (shape: Shape, batch: number): number[] => shape.map((dim) => dimAt(dim, batch));

/** Number of elements when the symbol is `batch` (1: per example). */
export const elementsAt = (shape: Shape, batch = 1): number =>
  shape.reduce<number>((n, dim) => n * dimAt(dim, batch), 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

export const printShape = (shape: Shape): string => `[${shape.join(',')}]`;

/** A file may give an output's type without its rank; shape inference replaces this placeholder. */
export const UNKNOWN_SHAPE: Shape = Object.freeze(['...']);

export const isUnknownShape = (shape: Shape): boolean => shape.length === 1 && shape[0] === '...';
