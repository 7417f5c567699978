/** Work in small steps says the same as the language's own sort and grouping, and pauses often. */
import { atOnce, filterSteps, groupSteps, type Steps, sortSteps } from '@topiary/stats';
import { randomFrom } from '@topiary/zoo';
import { expect, it } from 'vitest';

const COUNT = 9_001;

const items = () => {
  const random = randomFrom('in steps');
  return Array.from({ length: COUNT }, (_, i) => ({ i, value: Math.floor(50 * random.unit()) }));
};

/** Items that `order` was asked about, or that were grouped, between two pauses, at most. */
const longest = <T>(steps: Steps<T>, count: () => number): number => {
  let [most, before] = [0, 0];
  for (;;) {
    const { done } = steps.next();
    most = Math.max(most, count() - before);
    before = count();
    if (done) return most;
  }
};

it('sorts as Array.sort does, equal items in their order', () => {
  const order = (a: { value: number }, b: { value: number }) => a.value - b.value;
  expect(atOnce(sortSteps(items(), order))).toEqual(items().sort(order));
  expect(atOnce(sortSteps([], order))).toEqual([]);
});

it('groups under one key, groups in the order of their first item', () => {
  const groups = atOnce(groupSteps(items(), ({ value }) => `${value}`));
  const values = [...new Set(items().map(({ value }) => value))];
  expect(groups).toEqual(values.map((value) => items().filter((item) => item.value === value)));
});

it('filters as Array.filter does', () => {
  const isEven = ({ value }: { value: number }) => value % 2 === 0;
  expect(atOnce(filterSteps(items(), isEven))).toEqual(items().filter(isEven));
});

it('pauses before many thousand comparisons', () => {
  let count = 0;
  const sorting = sortSteps(items(), (a, b) => {
    count += 1;
    return a.value - b.value;
  });
  // One short run is sorted at once: 2048 items, at most some eleven comparisons each.
  expect(longest(sorting, () => count)).toBeLessThan(2048 * 12);
  count = 0;
  const grouping = groupSteps(items(), () => `${count++}`);
  expect(longest(grouping, () => count)).toBeLessThanOrEqual(500);
  count = 0;
  const filtering = filterSteps(items(), () => count++ > 0);
  expect(longest(filtering, () => count)).toBeLessThanOrEqual(500);
});
