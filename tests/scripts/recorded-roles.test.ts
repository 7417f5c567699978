/** The table of recorded roles, on figures that can be worked out by hand. */
import { expect, it } from 'vitest';
import { atTheBetter, movedAtMemoryRate, type RoleLine, rolesTable } from '../../scripts/bench/role-lines.js';

const line = (here: RoleLine['here'], at = '2026-01-01'): RoleLine => ({
  ...{ at, machine: { cpu: '', cores: 2 }, network: 'a', threads: 2, here },
  peer: { 'convolution, forward': 20, 'convolution, backward': 60, optimiser: 20 },
});

it('each role at the better of both rates: what only one of them does costs nothing', () => {
  expect(atTheBetter(line({ 'convolution, forward': 10, 'convolution, backward': 70, layout: 5 }))).toBe(10 + 60);
});

it('the last recording of a network is the one that is shown, over what PyTorch takes', () => {
  const lines = [line({ optimiser: 99 }), line({ 'convolution, backward': 80, optimiser: 2.5 }, '2026-01-02')];
  const [row, ...more] = rolesTable(lines).split('\n').slice(2);
  expect(more).toEqual([]);
  const cells = row!.split('|').map((cell) => cell.trim());
  expect(cells.slice(1, 4)).toEqual(['a', '- / 20', '80 / 60']);
  // 82.5 of 100; at the better of both 60 and 2.5
  expect(cells.slice(-5, -1)).toEqual(['2.5 / 20', '0.82', '0.63', '-']);
});

it('layout and norms at the rate of the memory, what computes as it is', () => {
  const measured = line({ 'convolution, forward': 10, layout: 30, 'norm, forward': 4 });
  const atMemoryRate = { layout: 12, 'norm, forward': 4 };
  expect(movedAtMemoryRate(measured)).toBe(null);
  expect(movedAtMemoryRate({ ...measured, atMemoryRate })).toBe(10 + 12 + 4);
  expect(rolesTable([{ ...measured, atMemoryRate }])).toMatch(/\| 0\.26 \|$/);
});

it('another number of threads is another table', () => {
  expect(rolesTable([line({ optimiser: 1 })], 1).split('\n')).toHaveLength(2);
});
