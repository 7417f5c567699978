import { Algebra, type Atom, type Dimension, keptPositions, leavesOf, occurrencesOf, resolve } from '@topiary/pruning';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type Grid, read, take, transpose } from './grid.js';

const show = (e: Dimension): unknown => {
  const r = resolve(e);
  if (r.kind === 'atom') return r.fixed === null ? `${r.size}` : `=${r.size}`;
  return r.kind === 'sum' ? { sum: r.parts.map(show) } : { product: r.factors.map(show) };
};

/** One step of a random chain; sizes are given for the full tensor and recomputed for the sliced one. */
type Step =
  | { kind: 'transpose'; perm: readonly number[] }
  | { kind: 'reshape'; groups: readonly (readonly number[])[] }
  | { kind: 'split'; axis: number; at: number; take: number }
  | { kind: 'concat'; axis: number };

const divisors = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

/** Factors of `total` drawn by `pick`. */
const factorise = (total: number, pick: (n: number) => number): number[] => {
  const out: number[] = [];
  let rest = total;
  while (out.length < 3 && rest > 1) {
    const choices = divisors(rest);
    const factor = choices[pick(choices.length)]!;
    out.push(factor);
    rest /= factor;
  }
  return [...out, rest];
};

describe('Algebra', () => {
  it('binds an atom to an expression of its size and keeps sizes', () => {
    const algebra = new Algebra();
    const conv = algebra.atom(32);
    const padded = algebra.sum([algebra.atom(8), algebra.atom(16), algebra.atom(8)]);
    algebra.unify(conv, padded);
    expect(show(conv)).toEqual({ sum: ['8', '16', '8'] });
    const next = algebra.atom(64);
    algebra.unify(algebra.sum([algebra.atom(16), conv, algebra.atom(16)]), next);
    expect(show(next)).toEqual({ sum: ['16', '8', '16', '8', '16'] });
  });

  it('aligns concatenations by their boundaries and splits the larger segment', () => {
    const algebra = new Algebra();
    const [a, b, c, d] = [6, 4, 3, 7].map((n) => algebra.atom(n)) as [Atom, Atom, Atom, Atom];
    algebra.unify(algebra.sum([a, b]), algebra.sum([c, d]));
    expect([show(a), show(d)]).toEqual([{ sum: ['3', '3'] }, { sum: ['3', '4'] }]);
    expect(leavesOf(resolve(a))[1]).toBe(leavesOf(resolve(d))[0]);
  });

  it('sees a fused QKV weight as 3 · heads · channels, whichever side comes first', () => {
    const algebra = new Algebra();
    const weight = algebra.atom(192);
    const [three, heads, channels] = algebra.reshape([weight], [3, 4, 16]);
    algebra.fix(three!, 'Gather');
    expect(show(weight)).toEqual({ product: ['=3', '4', '16'] });
    const [q, k, v] = algebra.split(algebra.atom(192), [64, 64, 64]);
    algebra.unify(algebra.sum([q!, k!, v!]), weight);
    expect([show(q!), resolve(q!)]).toEqual([{ product: ['4', '16'] }, resolve(algebra.product([heads!, channels!]))]);
  });

  it('ties the halves of a channel shuffle', () => {
    const algebra = new Algebra();
    const [a, b] = [algebra.atom(58), algebra.atom(58)];
    const [g, c] = algebra.reshape([algebra.sum([a, b])], [2, 58]);
    const [shuffled] = algebra.reshape([c!, g!], [116]);
    expect(resolve(a)).toBe(resolve(b));
    const [left, right] = algebra.split(shuffled!, [58, 58]);
    expect([show(left!), show(right!)]).toEqual([{ product: ['29', '=2'] }, { product: ['29', '=2'] }]);
  });

  it('lets only the block that cannot be regrouped become fixed', () => {
    const algebra = new Algebra();
    const [a, b] = [algebra.atom(6), algebra.atom(10)];
    const out = algebra.reshape([algebra.sum([algebra.atom(4), algebra.atom(2)]), b], [3, 2, 10]);
    expect(out.map(show)).toEqual([{ sum: ['2', '=1'] }, '2', '10'].map((x) => x));
    const c = algebra.atom(10);
    algebra.place = "Reshape 'odd'";
    expect(algebra.reshape([algebra.sum([algebra.atom(5), a]), c], [11, 5, 2]).map(show)).toEqual([
      { sum: ['5', '6'] },
      '5',
      '2',
    ]);
    const d = algebra.sum([algebra.atom(5), algebra.atom(7)]);
    expect(algebra.reshape([d, b], [4, 3, 10]).map(show)).toEqual(['=4', '=3', '10']);
    expect(leavesOf(resolve(d))[0]!.fixed).toContain("Reshape 'odd'");
  });

  it('fixes both sides, with the reason, where they cannot be lined up', () => {
    const algebra = new Algebra();
    algebra.place = "Add 'x'";
    const p = algebra.product([algebra.atom(4), algebra.atom(6)]);
    const q = algebra.product([algebra.atom(6), algebra.atom(4)]);
    algebra.unify(p, q);
    for (const leaf of [...leavesOf(resolve(p)), ...leavesOf(resolve(q))]) expect(leaf.fixed).toContain("Add 'x'");
  });

  it('carries fixedness through later bindings', () => {
    const algebra = new Algebra();
    const [a, b] = [algebra.atom(12), algebra.atom(12)];
    algebra.unify(a, algebra.product([algebra.atom(3), algebra.atom(4)]));
    algebra.fix(b, 'output');
    algebra.unify(b, a);
    expect(show(a)).toEqual({ product: ['=3', '=4'] });
  });

  it('keeps sizes under any unification, and every position belongs to one index of each factor', () => {
    const tree = (algebra: Algebra, size: number, pick: (n: number) => number, depth = 0): Dimension => {
      const kind = depth > 2 ? 0 : pick(3);
      if (kind === 1 && size > 1) {
        const at = 1 + pick(size - 1);
        return algebra.sum([tree(algebra, at, pick, depth + 1), tree(algebra, size - at, pick, depth + 1)]);
      }
      if (kind === 2) return algebra.product(factorise(size, pick).map((n) => tree(algebra, n, pick, depth + 1)));
      return algebra.atom(size, pick(5) === 0 ? 'chance' : null);
    };
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 48 }), fc.infiniteStream(fc.nat()), (size, stream) => {
        const pick = (n: number) => Number(stream.next().value) % n;
        const algebra = new Algebra();
        const dims = Array.from({ length: 3 }, () => tree(algebra, size, pick));
        algebra.unify(dims[0]!, dims[1]!);
        algebra.unify(dims[1]!, dims[2]!);
        algebra.unify(dims[2]!, dims[0]!);
        const kept = new Map<Atom, Int32Array>();
        const keptOf = (atom: Atom) => {
          const list =
            kept.get(atom) ??
            Int32Array.from({ length: atom.size }, (_, i) => i).filter((i) => i === 0 || pick(2) === 0);
          kept.set(atom, list);
          return list;
        };
        const all = Array.from({ length: size }, (_, i) => i);
        const slices = dims.map((dim) => Array.from(keptPositions(resolve(dim), keptOf) ?? all));
        // equal dimensions lose the same positions
        expect(slices[1]).toEqual(slices[0]);
        expect(slices[2]).toEqual(slices[0]);
        for (const dim of dims) checkOccurrences(resolve(dim), size, keptOf);
      }),
      { numRuns: 300 },
    );
  });

  /** A position goes exactly when some free atom's index on it goes: occurrences say the same as keptPositions. */
  const checkOccurrences = (e: Dimension, size: number, keptOf: (atom: Atom) => Int32Array): void => {
    expect(e.size).toBe(size);
    const gone = new Set<number>();
    for (const { atom, positions, repeats } of occurrencesOf(e, ({ fixed }) => fixed === null)) {
      expect(new Set(positions).size).toBe(positions.length);
      const stays = new Set(keptOf(atom));
      positions.forEach((p, i) => {
        if (!stays.has(Math.floor(i / repeats))) gone.add(p);
      });
    }
    const all = Array.from({ length: size }, (_, i) => i);
    expect(Array.from(keptPositions(e, keptOf) ?? all)).toEqual(all.filter((p) => !gone.has(p)));
  };

  it('slices a chain of reshapes, transposes, splits and concatenations as if it had been computed narrow', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(2, 3, 4, 6, 8), { minLength: 2, maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        (sizes, stream) => {
          const pick = (n: number) => Number(stream.next().value) % n;
          const algebra = new Algebra();
          const base: Dimension[] = sizes.map((n) => algebra.atom(n));
          const full = build(sizes, (index) => index.reduce((sum, i) => sum * 100 + i + 1, 0));
          let dims: readonly Dimension[] = base;
          let grid = full;
          const replay: ((g: Grid, exprs: readonly Dimension[], keptOf: (a: Atom) => Int32Array) => Grid)[] = [];
          const stages: (readonly Dimension[])[] = [];
          for (let n = 0; n < 5; n += 1) {
            const step = drawStep(grid, pick);
            const before = dims;
            dims = applyToDims(algebra, dims, step, grid.dims);
            grid = applyToGrid(grid, step, null);
            const now = dims;
            stages.push(now);
            replay.push((g, _, keptOf) =>
              applyToGrid(g, step, {
                before: before.map((dim) => keptPositions(resolve(dim), keptOf)),
                after: now.map((dim) => keptPositions(resolve(dim), keptOf)?.length ?? dim.size),
              }),
            );
          }
          const kept = new Map<Atom, Int32Array>();
          const keptOf = (atom: Atom) => {
            const list =
              kept.get(atom) ??
              Int32Array.from({ length: atom.size }, (_, i) => i).filter((i) => i === 0 || pick(2) === 0);
            kept.set(atom, list);
            return list;
          };
          const slice = (g: Grid, exprs: readonly Dimension[]) =>
            take(
              g,
              exprs.map((e, i) => keptPositions(resolve(e), keptOf) ?? Array.from({ length: g.dims[i]! }, (_, k) => k)),
            );
          let narrow = slice(full, base);
          for (const [i, run] of replay.entries()) narrow = run(narrow, stages[i]!, keptOf);
          expect(narrow).toEqual(slice(grid, dims));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const drawStep = (grid: Grid, pick: (n: number) => number): Step => {
  const rank = grid.dims.length;
  const kind = pick(4);
  if (kind === 0) {
    const perm = grid.dims.map((_, i) => i);
    for (let i = rank - 1; i > 0; i -= 1) {
      const j = pick(i + 1);
      [perm[i], perm[j]] = [perm[j]!, perm[i]!];
    }
    return { kind: 'transpose', perm };
  }
  const axis = pick(rank);
  if (kind === 1 && grid.dims[axis]! > 1) {
    return { kind: 'split', axis, at: 1 + pick(grid.dims[axis]! - 1), take: pick(2) };
  }
  if (kind === 2 && grid.data.length < 2000) return { kind: 'concat', axis };
  const total = grid.data.length;
  return { kind: 'reshape', groups: [factorise(total, pick)] };
};

const applyToDims = (
  algebra: Algebra,
  dims: readonly Dimension[],
  step: Step,
  sizes: readonly number[],
): readonly Dimension[] => {
  if (step.kind === 'transpose') return step.perm.map((p) => dims[p]!);
  if (step.kind === 'concat') return dims.map((dim, i) => (i === step.axis ? algebra.sum([dim, dim]) : dim));
  if (step.kind === 'reshape') return algebra.reshape(dims, step.groups[0]!);
  const pieces = algebra.split(dims[step.axis]!, [step.at, sizes[step.axis]! - step.at]);
  return dims.map((dim, i) => (i === step.axis ? pieces[step.take]! : dim));
};

/** With `cut` the step runs on the sliced tensor: the place of a split and a reshape's sizes follow the cut. */
const applyToGrid = (
  grid: Grid,
  step: Step,
  cut: { before: readonly (Int32Array | null)[]; after: readonly number[] } | null,
): Grid => {
  if (step.kind === 'transpose') return transpose(grid, step.perm);
  if (step.kind === 'reshape') return { dims: cut?.after ?? step.groups[0]!, data: grid.data };
  const { axis } = step;
  if (step.kind === 'concat') {
    const n = grid.dims[axis]!;
    return build(
      grid.dims.map((d, i) => (i === axis ? 2 * n : d)),
      (index) =>
        read(
          grid,
          index.map((i, a) => (a === axis ? i % n : i)),
        ),
    );
  }
  const kept = cut?.before[axis];
  const at = kept ? kept.filter((p) => p < step.at).length : step.at;
  const [from, to] = step.take === 0 ? [0, at] : [at, grid.dims[axis]!];
  return build(
    grid.dims.map((d, i) => (i === axis ? to - from : d)),
    (index) =>
      read(
        grid,
        index.map((i, a) => (a === axis ? i + from : i)),
      ),
  );
};
