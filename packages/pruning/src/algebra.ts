/**
 * The algebra of dimensions: union-find over atoms, where an atom may be bound to a whole expression of its size.
 * Equating two dimensions refines both until their atoms line up. What cannot be lined up becomes fixed: that is
 * never wrong, only less prunable, and the reason is kept.
 */
import {
  type Atom,
  type Dimension,
  factorsOf,
  isWholeFixed,
  leavesOf,
  makeProduct,
  makeSum,
  printDimension,
  resolve,
} from './dimension.js';

/** The batch symbol as a number: a large prime, so that `64*N` stays numeric and N never divides a real size. */
export const BATCH = 1_000_003;
/** A fixed outer factor is written out as that many segments at most. */
const MOST_COPIES = 64;

export class Algebra {
  /** Where the rule that runs now stands; ends up in the reasons. */
  place = 'the graph';
  #atoms = 0;

  atom(size: number, fixed: string | null = null): Atom {
    // one channel always stays, so an atom of one channel has no choice to offer
    const reason = fixed ?? (size <= 1 ? 'a single channel' : null);
    return { kind: 'atom', id: this.#atoms++, size, fixed: reason, bound: null };
  }

  fix(e: Dimension, reason: string): void {
    for (const atom of leavesOf(resolve(e))) atom.fixed ??= reason;
  }

  sum(parts: readonly Dimension[]): Dimension {
    if (parts.length === 0) return this.atom(0);
    const sum = makeSum(parts.map(resolve));
    return sum.kind === 'sum' && isWholeFixed(sum) ? this.atom(sum.size, reasonOf(sum)) : sum;
  }

  product(factors: readonly Dimension[]): Dimension {
    return factors.length === 0 ? this.atom(1) : makeProduct(factors.map(resolve));
  }

  /** a = b. */
  unify(a: Dimension, b: Dimension): void {
    const p = resolve(a);
    const q = resolve(b);
    if (p === q) return;
    if (p.size !== q.size || !this.#align(p, q)) this.#giveUp(p, q);
  }

  /** Consecutive parts of the given sizes. */
  split(e: Dimension, sizes: readonly number[]): readonly Dimension[] {
    let rest: Dimension = resolve(e);
    return sizes.map((size) => {
      if (size === 0) return this.atom(0);
      const pieces = this.#cut(rest, size);
      if (pieces === null) {
        this.fix(rest, `cannot be split at ${size} by ${this.place}`);
        rest = this.atom(rest.size - size, reasonOf(rest));
        return this.atom(size, reasonOf(rest));
      }
      rest = pieces[1];
      return pieces[0];
    });
  }

  /** Row-major regrouping of dimensions into dimensions of the given sizes. */
  reshape(dims: readonly Dimension[], sizes: readonly number[]): readonly Dimension[] {
    const source = this.#compact(dims.flatMap((dim) => factorsOf(resolve(dim))));
    const out: Dimension[] = [];
    // blocks: shortest runs of factors and of sizes with the same product; a failure stays inside its block
    let [i, j] = [0, 0];
    while (j < sizes.length) {
      const block: Dimension[] = [];
      const wanted = [sizes[j++]!];
      let [have, want] = [1, wanted[0]!];
      while (have !== want) {
        if (have < want && i < source.length) {
          have *= source[i]!.size;
          block.push(source[i++]!);
        } else if (j < sizes.length) {
          want *= sizes[j]!;
          wanted.push(sizes[j++]!);
        } else break;
      }
      out.push(...this.#regroupOrFix(block, wanted));
    }
    for (const left of source.slice(i)) this.fix(left, `lost by ${this.place}`);
    return out;
  }

  #align(p: Dimension, q: Dimension): boolean {
    if (isWholeFixed(p)) this.fix(q, reasonOf(p));
    else if (isWholeFixed(q)) this.fix(p, reasonOf(q));
    else if (p.kind === 'atom' && (q.kind !== 'atom' || q.id < p.id)) return this.#bind(p, q);
    else if (q.kind === 'atom') return this.#bind(q, p);
    else if (p.kind === 'product' && q.kind === 'product') return this.#alignFactors(p, q);
    else return this.#alignParts(p, q);
    return true;
  }

  #bind(atom: Atom, to: Dimension): boolean {
    // an atom cannot be part of an expression of its own size; without this a mistake would be an endless loop
    if (leavesOf(to).includes(atom)) return false;
    atom.bound = to;
    return true;
  }

  #giveUp(p: Dimension, q: Dimension): void {
    const reason = `${printDimension(p)} and ${printDimension(q)} do not line up at ${this.place}`;
    this.fix(p, reason);
    this.fix(q, reason);
  }

  /** Sums, or a sum and a product: walk both from the front and cut the longer segment. */
  #alignParts(p: Dimension, q: Dimension): boolean {
    const left = [p];
    const right = [q];
    for (;;) {
      const x = nextPart(left);
      const y = nextPart(right);
      if (x === null || y === null) return x === y;
      if (x.size === y.size) this.unify(x, y);
      else {
        const [long, short, queue] = x.size > y.size ? [x, y, left] : [y, x, right];
        const pieces = this.#cut(long, short.size);
        if (pieces === null) return false;
        queue.unshift(pieces[1]);
        this.unify(pieces[0], short);
      }
    }
  }

  /** Products: walk both from the innermost factor and split the larger factor. */
  #alignFactors(p: Dimension, q: Dimension): boolean {
    const left = [...this.#compact(factorsOf(p))];
    const right = [...this.#compact(factorsOf(q))];
    for (;;) {
      const x = lastFactor(left);
      const y = lastFactor(right);
      if (x === null || y === null) return x === y;
      if (x.size === y.size) this.unify(x, y);
      else {
        const [large, small, stack] = x.size > y.size ? [x, y, left] : [y, x, right];
        const pieces = this.#factor(large, small.size);
        if (pieces === null) return false;
        stack.push(pieces[0]);
        this.unify(pieces[1], small);
      }
    }
  }

  /** The first `size` positions and the rest (0 < size ≤ e.size); null where the algebra cannot say it. */
  #cut(e: Dimension, size: number): readonly [Dimension, Dimension] | null {
    const rest = e.size - size;
    if (rest === 0) return [e, this.atom(0)];
    if (isWholeFixed(e)) return [this.atom(size, reasonOf(e)), this.atom(rest, reasonOf(e))];
    if (e.kind === 'atom') {
      const pieces = [this.atom(size), this.atom(rest)] as const;
      this.#bind(e, makeSum(pieces));
      return pieces;
    }
    return e.kind === 'sum' ? this.#cutSum(e.parts, size) : this.#cutProduct(e.factors, size);
  }

  #cutSum(parts: readonly Dimension[], size: number): readonly [Dimension, Dimension] | null {
    let before = 0;
    const at = parts.findIndex((part) => {
      before += part.size;
      return before >= size;
    });
    const pieces = this.#cut(resolve(parts[at]!), parts[at]!.size - (before - size));
    if (pieces === null) return null;
    return [this.sum([...parts.slice(0, at), pieces[0]]), this.sum([pieces[1], ...parts.slice(at + 1)])];
  }

  /** Cuts the outer factor; where the cut falls inside a row, the outer factor becomes fixed and is written out. */
  #cutProduct(factors: readonly Dimension[], size: number): readonly [Dimension, Dimension] | null {
    const outer = factors[0]!;
    const inner = makeProduct(factors.slice(1));
    if (size % inner.size === 0) {
      const pieces = this.#cut(outer, size / inner.size);
      if (pieces === null) return null;
      return [this.product([pieces[0], inner]), this.product([pieces[1], inner])];
    }
    if (outer.size > MOST_COPIES) return null;
    this.fix(outer, `${this.place} cuts inside its rows`);
    const row = Math.floor(size / inner.size);
    const pieces = this.#cut(inner, size - row * inner.size);
    if (pieces === null) return null;
    const rows = (n: number) => this.product([this.atom(n, reasonOf(outer)), inner]);
    const after = outer.size - row - 1;
    return [
      row === 0 ? pieces[0] : this.sum([rows(row), pieces[0]]),
      after === 0 ? pieces[1] : this.sum([pieces[1], rows(after)]),
    ];
  }

  /** e as (outer, inner) with the given inner size; null where it does not divide. */
  #factor(e: Dimension, inner: number): readonly [Dimension, Dimension] | null {
    if (e.size % inner !== 0) return null;
    if (isWholeFixed(e)) return [this.atom(e.size / inner, reasonOf(e)), this.atom(inner, reasonOf(e))];
    if (e.kind === 'atom') {
      const pieces = [this.atom(e.size / inner), this.atom(inner)] as const;
      this.#bind(e, makeProduct(pieces));
      return pieces;
    }
    if (e.kind === 'product') {
      const dims = this.#regroup(e.factors, [e.size / inner, inner]);
      return dims && [dims[0]!, dims[1]!];
    }
    if (e.parts.some((part) => part.size % inner !== 0)) return null;
    const outers: Dimension[] = [];
    let shared: Dimension | null = null;
    for (const part of e.parts) {
      const pieces = this.#factor(resolve(part), inner);
      if (pieces === null) return null;
      outers.push(pieces[0]);
      if (shared === null) shared = pieces[1];
      else this.unify(shared, pieces[1]);
    }
    return [this.sum(outers), resolve(shared!)];
  }

  #regroup(factors: readonly Dimension[], sizes: readonly number[]): Dimension[] | null {
    const stack = [...factors];
    const out: Dimension[] = [];
    for (const size of [...sizes].reverse()) {
      const taken: Dimension[] = [];
      let need = size;
      while (need > 1) {
        const factor = lastFactor(stack);
        if (factor === null) return null;
        if (need % factor.size === 0) {
          taken.unshift(factor);
          need /= factor.size;
          continue;
        }
        const pieces = this.#factor(factor, need);
        if (pieces === null) return null;
        taken.unshift(pieces[1]);
        stack.push(pieces[0]);
        need = 1;
      }
      out.unshift(this.product(taken));
    }
    return out;
  }

  #regroupOrFix(block: readonly Dimension[], sizes: readonly number[]): readonly Dimension[] {
    const dims = this.#regroup(block, sizes);
    if (dims !== null) return dims.map(resolve);
    const reason = `cannot be regrouped into [${sizes}] by ${this.place}`;
    for (const factor of block) this.fix(factor, reason);
    return sizes.map((size) => this.atom(size, reason));
  }

  /** Neighbouring fixed factors as one, which splits as one likes. */
  #compact(factors: readonly Dimension[]): readonly Dimension[] {
    const out: Dimension[] = [];
    for (const factor of factors) {
      const last = out.at(-1);
      if (factor.size === 1) continue;
      if (last && isWholeFixed(last) && isWholeFixed(factor)) {
        out[out.length - 1] = this.atom(last.size * factor.size, reasonOf(last));
      } else out.push(factor);
    }
    return out;
  }
}

export const reasonOf = (e: Dimension): string =>
  leavesOf(resolve(e)).find(({ fixed }) => fixed !== null)?.fixed ?? 'unknown';

const nextPart = (queue: Dimension[]): Dimension | null => {
  while (queue.length > 0) {
    const e = resolve(queue.shift()!);
    if (e.kind === 'sum') queue.unshift(...e.parts);
    else if (e.size > 0) return e;
  }
  return null;
};

const lastFactor = (stack: Dimension[]): Dimension | null => {
  while (stack.length > 0) {
    const e = resolve(stack.pop()!);
    if (e.kind === 'product') stack.push(...e.factors);
    else if (e.size !== 1) return e;
  }
  return null;
};
