/** Grouping and sorting of very many items in small steps, for who has other work beside it: a generator that yields. */

export type Steps<T> = Generator<undefined, T>;

/** All of it without a pause. */
export const atOnce = <T>(steps: Steps<T>): T => {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
};

/** Items between two steps: well under a millisecond. */
export const PER_STEP = 500;

/** Sorted at once: two milliseconds, also where what decides is looked up in each row. */
const RUN = 512;

export function* filterSteps<T>(items: readonly T[], isKept: (item: T) => boolean): Steps<T[]> {
  const kept: T[] = [];
  for (const [i, item] of items.entries()) {
    if (i % PER_STEP === 0) yield;
    if (isKept(item)) kept.push(item);
  }
  return kept;
}

/** Items under one key, groups in the order of their first item. */
export function* groupSteps<T>(items: readonly T[], keyOf: (item: T) => string): Steps<T[][]> {
  const groups = new Map<string, T[]>();
  for (const [i, item] of items.entries()) {
    if (i % PER_STEP === 0) yield;
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** Two sorted lists as one; of equal items those of the first come first. */
function* merged<T>(a: readonly T[], b: readonly T[], order: (a: T, b: T) => number): Steps<T[]> {
  const all: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (all.length % PER_STEP === 0) yield;
    const first = j >= b.length || (i < a.length && order(a[i]!, b[j]!) <= 0);
    all.push(first ? a[i++]! : b[j++]!);
  }
  return all;
}

/** A stable sort: short runs at once, then merged. */
export function* sortSteps<T>(items: readonly T[], order: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += RUN) {
    runs.push(items.slice(i, i + RUN).sort(order));
    yield;
  }
  while (runs.length > 1) {
    const next: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      next.push(i + 1 < runs.length ? yield* merged(runs[i]!, runs[i + 1]!, order) : runs[i]!);
    runs = next;
  }
  return runs[0] ?? [];
}
