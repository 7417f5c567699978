/** Two thousand networks that are written otherwise: none is admitted that counts less than nine tenths of what it is. */

import { check } from '@topiary/gate';
import { encode } from '@topiary/onnx';
import { expect, it } from 'vitest';
import { random } from '../helpers/random.js';
import { holds, honestNetwork, outcomeOf, shippedNetworks } from '../helpers/rewriting-property.js';

const COUNT = Number(process.env['REWRITINGS'] ?? 2_000);

it(`holds for ${COUNT} rewritings of shipped networks, whole and cut`, { timeout: 3_600_000 }, () => {
  const shipped = shippedNetworks();
  const outcomes = Array.from({ length: COUNT }, (_, i) => outcomeOf(shipped, 1_000 + i));
  const admitted = outcomes.filter(({ refused }) => refused.length === 0);
  const codes: Record<string, number> = {};
  for (const { refused } of outcomes) if (refused[0]) codes[refused[0]] = (codes[refused[0]] ?? 0) + 1;
  const least = (of: 'macs' | 'params') => Math.min(...admitted.map((one) => one[of]));
  console.log(`${admitted.length} admitted, ${outcomes.length - admitted.length} refused: ${JSON.stringify(codes)}`);
  console.log(
    `least of those admitted: ${least('macs')} of the multiply-accumulates, ${least('params')} of the numbers`,
  );
  expect(outcomes.filter((one) => !holds(one))).toEqual([]);
  expect(admitted.length).toBeGreaterThan(0);
});

it('refuses none of three hundred networks that were honestly cut', { timeout: 3_600_000 }, () => {
  const shipped = shippedNetworks();
  const refused = Array.from({ length: 300 }, (_, i) => {
    const { id, graph, rules } = honestNetwork(shipped, random(5_000 + i));
    return { id, faults: check(encode(graph), { ...rules, apart: true }).faults.map(({ detail }) => detail) };
  }).filter(({ faults }) => faults.length > 0);
  expect(refused).toEqual([]);
});
