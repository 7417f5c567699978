/** Labels of a plot of ranks: on a side where they cover neither a dot nor each other. */
import { expect, it } from 'vitest';
import { labelPoints } from '../../../apps/web/src/features/findings/rank-points.js';

const SIZES = { perX: 90, perY: 28 };
const sides = (points: readonly (readonly [string, number, number])[]) =>
  labelPoints(
    points.map(([id, published, ours]) => ({ id, published, ours })),
    SIZES,
  ).map(({ side }) => side);

it('stand to the right where nothing is near', () => {
  expect(
    sides([
      ['lamp', 7, 5],
      ['fpgm', 5, 2],
    ]),
  ).toEqual(['right', 'right']);
});

it('give way to a neighbour, and to each other', () => {
  expect(
    sides([
      ['magnitude-l2', 3.2, 2],
      ['magnitude-l1', 3.1, 2],
    ]),
  ).toEqual(['left', 'right']);
  const three = sides([
    ['a-criterion', 3, 2],
    ['b-criterion', 3, 2],
    ['c-criterion', 3, 2],
  ]);
  expect(new Set(three).size).toBe(3);
});
