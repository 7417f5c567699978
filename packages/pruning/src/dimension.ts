/** Dimension expressions as plain data: atoms, sums (concatenation) and row-major products, and how to read them. */
import type { Expr } from '@topiary/ops';

/** A set of channels that no operator takes apart; union-find node of the algebra. */
export interface Atom extends Expr {
  readonly kind: 'atom';
  readonly id: number;
  readonly size: number;
  /** Why it never loses a channel; null = it may. */
  fixed: string | null;
  /** What it was found to be equal to. */
  bound: Dimension | null;
}
export interface Sum extends Expr {
  readonly kind: 'sum';
  readonly size: number;
  readonly parts: readonly Dimension[];
}
export interface Product extends Expr {
  readonly kind: 'product';
  readonly size: number;
  /** Outermost first. */
  readonly factors: readonly Dimension[];
}
export type Dimension = Atom | Sum | Product;

/** Concatenation of resolved parts: nested sums flattened, empty parts dropped. */
export const makeSum = (parts: readonly Dimension[]): Dimension => {
  const flat = parts.flatMap((part) => (part.kind === 'sum' ? part.parts : [part])).filter((part) => part.size > 0);
  if (flat.length <= 1) return flat[0] ?? parts[0]!;
  return { kind: 'sum', size: flat.reduce((n, part) => n + part.size, 0), parts: flat };
};

/** Row-major product of resolved factors: nested products flattened, factors of size one vanish. */
export const makeProduct = (factors: readonly Dimension[]): Dimension => {
  const flat = factors.flatMap(factorsOf).filter((factor) => factor.size !== 1);
  if (flat.length <= 1) return flat[0] ?? factors[0]!;
  return { kind: 'product', size: flat.reduce((n, factor) => n * factor.size, 1), factors: flat };
};

export const factorsOf = (e: Dimension): readonly Dimension[] => (e.kind === 'product' ? e.factors : [e]);

/** The expression with every bound atom replaced by what it is bound to. */
export const resolve = (e: Dimension): Dimension => {
  if (e.kind === 'atom') {
    if (e.bound === null) return e;
    e.bound = resolve(e.bound);
    return e.bound;
  }
  const before = e.kind === 'sum' ? e.parts : e.factors;
  const after = before.map(resolve);
  if (after.every((x, i) => x === before[i])) return e;
  return e.kind === 'sum' ? makeSum(after) : makeProduct(after);
};

/** Every atom of a resolved expression, in the order of positions. */
export const leavesOf = (e: Dimension): readonly Atom[] =>
  e.kind === 'atom' ? [e] : (e.kind === 'sum' ? e.parts : e.factors).flatMap(leavesOf);

export const isWholeFixed = (e: Dimension): boolean =>
  e.kind === 'atom' ? e.fixed !== null : (e.kind === 'sum' ? e.parts : e.factors).every(isWholeFixed);

/** `sum(a16, 3·b8)`: fixed atoms print as their number alone. */
export const printDimension = (e: Dimension, nameOf: (atom: Atom) => string = (atom) => `a${atom.id}`): string => {
  if (e.kind === 'atom') return e.fixed === null ? `${nameOf(e)}:${e.size}` : String(e.size);
  if (e.kind === 'product') return e.factors.map((factor) => printDimension(factor, nameOf)).join('·');
  return `[${e.parts.map((part) => printDimension(part, nameOf)).join(' | ')}]`;
};
