/** Pairs of rows: McNemar's p by the binomial formula, differences by hand. */
import { comparePairs, mcnemar } from '@topiary/stats';
import { expect, it } from 'vitest';

const bits = (text: string): number[] => [...text].map(Number);

it('one seed each is McNemar over the examples on which the two differ', () => {
  // a alone is right 6 times, b alone once: mid-p = 2 · (1/2^7 + 7/2^7 / 2) = 0.0703125
  const a = { id: 'a', correct: [bits('1111110011')] };
  const b = { id: 'b', correct: [bits('0000001011')] };
  const [pair] = comparePairs([a, b]);
  expect(pair).toMatchObject({ a: 'a', b: 'b', n: 10 });
  expect(pair!.difference).toBeCloseTo(50, 9);
  expect(pair!.p).toBeCloseTo(0.0703125, 12);
  expect(pair!.p).toBeCloseTo(mcnemar(6, 1).p, 12);
});

it('gives every pair once, and none where answers are missing or belong to another test set', () => {
  const rows = [
    { id: 'a', correct: [bits('1100')] },
    { id: 'b', correct: null },
    { id: 'c', correct: [bits('11000')] },
  ];
  expect(comparePairs(rows).map(({ a, b, p }) => [a, b, p])).toEqual([
    ['a', 'b', null],
    ['a', 'c', null],
    ['b', 'c', null],
  ]);
});
