/** When a heap is collected early, and that V8 does what it is asked: a process of its own, started as the API is. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { growthFor } from '../../../apps/api/src/heap-growth.js';
import { API_FLAGS } from '../../../scripts/supervisor/memory.js';

const MIB = 2 ** 20;

it('a small heap is collected early, a large one is not, and one in between stays as it was', () => {
  expect([100, 200, 300].map((mib) => growthFor(mib * MIB, 20))).toEqual([20, 20, 0]);
  expect([300, 200, 100].map((mib) => growthFor(mib * MIB, 0))).toEqual([0, 0, 20]);
});

/** 60 MB are kept while ten times as much comes and goes; the most that was in use. */
const CHURN = `
  const kept = Array.from({ length: 60 }, () => Array.from({ length: 131072 }, (_, i) => i + 0.5));
  let most = 0;
  let some = [];
  for (let i = 0; i < 2400; i += 1) {
    some.push(Array.from({ length: 32768 }, (_, j) => j + 0.5));
    if (some.length === 40) some = [];
    most = Math.max(most, require('node:v8').getHeapStatistics().used_heap_size);
  }
  console.log(most, kept.length);
`;
const mostInUse = (before: string): number =>
  Number(execFileSync(process.execPath, [...API_FLAGS, '-e', before + CHURN], { encoding: 'utf8' }).split(' ')[0]);

it('V8 takes the limit while it runs', () => {
  const early = mostInUse("require('node:v8').setFlagsFromString('--heap-growing-percent=20');");
  // 107 MB and 300, but V8 goes by how fast it collects, and that by what else the machine does
  expect(early).toBeLessThan(0.75 * mostInUse(''));
});
