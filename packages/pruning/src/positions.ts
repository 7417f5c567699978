/** From expressions to positions along an axis: which ones stay, which ones belong to a channel, how many stay. */
import { BATCH } from './algebra.js';
import type { Atom, Dimension } from './dimension.js';

/** Kept indices of an atom, ascending; null = all of them. */
export type KeptOf = (atom: Atom) => Int32Array | null;

/** 0 … n-1 */
export const range = (n: number): Int32Array => {
  const out = new Int32Array(n);
  for (let i = 0; i < n; i += 1) out[i] = i;
  return out;
};

/** The size for one example: the batch symbol counts as 1. */
const perExample = (e: Dimension): number => {
  if (e.size < BATCH) return e.size;
  if (e.kind === 'atom') return e.size % BATCH === 0 ? e.size / BATCH : e.size;
  if (e.kind === 'sum') return e.parts.reduce((n, part) => n + perExample(part), 0);
  return e.factors.reduce((n, factor) => n * perExample(factor), 1);
};

/** Positions of a resolved expression that stay, ascending, for one example; null = all of them. */
export const keptPositions = (e: Dimension, keptOf: KeptOf): Int32Array | null => {
  if (e.kind === 'atom') return e.fixed === null ? keptOf(e) : null;
  const children = e.kind === 'sum' ? e.parts : e.factors;
  const kept = children.map((child) => keptPositions(child, keptOf));
  if (kept.every((k) => k === null)) return null;
  const lists = kept.map((k, i) => k ?? range(perExample(children[i]!)));
  return e.kind === 'sum' ? concatenate(lists, children) : multiply(lists, children);
};

const concatenate = (lists: readonly Int32Array[], children: readonly Dimension[]): Int32Array => {
  const out = new Int32Array(lists.reduce((n, list) => n + list.length, 0));
  let [at, offset] = [0, 0];
  lists.forEach((list, i) => {
    for (const position of list) out[at++] = offset + position;
    offset += perExample(children[i]!);
  });
  return out;
};

const multiply = (lists: readonly Int32Array[], children: readonly Dimension[]): Int32Array =>
  lists.reduce((outer, inner, i) => {
    const out = new Int32Array(outer.length * inner.length);
    const size = perExample(children[i]!);
    let at = 0;
    for (const o of outer) for (const position of inner) out[at++] = o * size + position;
    return out;
  });

/** Number of positions that stay when `countOf` atoms' channels stay. */
export const keptSize = (e: Dimension, countOf: (atom: Atom) => number): number => {
  if (e.kind === 'atom') return e.fixed === null ? countOf(e) : e.size;
  if (e.kind === 'sum') return e.parts.reduce((n, part) => n + keptSize(part, countOf), 0);
  return e.factors.reduce((n, factor) => n * keptSize(factor, countOf), 1);
};

/** Every place where an atom stands inside an expression. */
export interface Occurrence {
  readonly atom: Atom;
  /** size × repeats, row-major: the positions of index i are `positions[i*repeats … (i+1)*repeats)`. */
  readonly positions: Int32Array;
  readonly repeats: number;
  /** How many of the repeats come from other prunable atoms (heads, groups): scores are averaged over those. */
  readonly divisor: number;
}

export const occurrencesOf = (e: Dimension, isPrunable: (atom: Atom) => boolean): readonly Occurrence[] => {
  if (e.kind === 'atom') {
    return isPrunable(e) ? [{ atom: e, positions: range(e.size), repeats: 1, divisor: 1 }] : [];
  }
  if (e.kind === 'product') return e.factors.flatMap((_, i) => ofFactor(e.factors, i, isPrunable));
  let offset = 0;
  return e.parts.flatMap((part) => {
    const shift = offset;
    offset += part.size;
    return occurrencesOf(part, isPrunable).map((o) => ({ ...o, positions: o.positions.map((p) => p + shift) }));
  });
};

/** position = (outer · size + inner position) · inner size + inner index, for every outer and inner index. */
const ofFactor = (
  factors: readonly Dimension[],
  at: number,
  isPrunable: (atom: Atom) => boolean,
): readonly Occurrence[] => {
  const self = factors[at]!;
  const outer = factors.slice(0, at).reduce((n, f) => n * f.size, 1);
  const inner = factors.slice(at + 1).reduce((n, f) => n * f.size, 1);
  const divide = factors.reduce((n, f, i) => (i !== at && anyLeaf(f, isPrunable) ? n * f.size : n), 1);
  return occurrencesOf(self, isPrunable).map((o) => {
    const repeats = o.repeats * outer * inner;
    const positions = new Int32Array(o.atom.size * repeats);
    let next = 0;
    for (let index = 0; index < o.atom.size; index += 1) {
      for (let a = 0; a < outer; a += 1) {
        for (let r = 0; r < o.repeats; r += 1) {
          const start = (a * self.size + o.positions[index * o.repeats + r]!) * inner;
          for (let b = 0; b < inner; b += 1) positions[next++] = start + b;
        }
      }
    }
    return { atom: o.atom, positions, repeats, divisor: o.divisor * divide };
  });
};

const anyLeaf = (e: Dimension, test: (atom: Atom) => boolean): boolean =>
  e.kind === 'atom' ? test(e) : (e.kind === 'sum' ? e.parts : e.factors).some((child) => anyLeaf(child, test));
