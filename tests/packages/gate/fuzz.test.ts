import { expect, it } from 'vitest';
import { fuzzGate } from '../../helpers/fuzz-gate.js';

it('three hundred mutated uploads: no crash, no read outside, and what is admitted runs in onnxruntime', async () => {
  const { crashes, failures, canaryRead, admitted, refused } = await fuzzGate({ files: 300, seed: 7 });
  expect(crashes).toEqual([]);
  expect(failures).toEqual([]);
  expect(canaryRead).not.toBe(true);
  if (canaryRead === null) console.log('not checked: this file system keeps no times of access');
  expect(admitted).toBeGreaterThan(5);
  expect(Object.keys(refused).length).toBeGreaterThan(5);
});
