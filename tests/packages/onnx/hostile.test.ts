import { readFileSync } from 'node:fs';
import { isTopiaryError } from '@topiary/errors';
import { decode } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { random } from '../../helpers/random.js';
import { sample, withoutSamples } from '../../helpers/samples.js';

const outcome = (bytes: Uint8Array): string => {
  try {
    decode(bytes);
    return 'a graph';
  } catch (error) {
    if (isTopiaryError(error)) return error.code;
    throw error;
  }
};

describe.skipIf(withoutSamples())('damaged files', () => {
  const files = ['weights/resnet20-cifar10.onnx', 'exports/vit_tiny.onnx'];
  for (const file of files) {
    it(`every prefix of ${file} is told to be too short`, () => {
      const bytes = readFileSync(sample(file));
      const rng = random(7);
      for (let i = 0; i < 200; i += 1) {
        // Half of the cuts near the ends, where small fields are.
        const at = i % 2 ? rng() * bytes.length : rng() < 0.5 ? rng() * 300 : bytes.length - 1 - rng() * 300;
        const cut = bytes.subarray(0, Math.floor(at));
        expect(outcome(cut)).toBe(cut.length === 0 ? 'TOPIARY_ONNX_NOT_A_MODEL' : 'TOPIARY_ONNX_TRUNCATED');
      }
    });

    it(`flipped bytes of ${file} give a graph or an error of ours`, () => {
      const bytes = readFileSync(sample(file));
      const rng = random(11);
      const seen = new Map<string, number>();
      for (let i = 0; i < 200; i += 1) {
        const damaged = Uint8Array.from(bytes);
        for (let k = 0; k < 1 + (i % 4); k += 1) {
          // The structure lies in the first part; the rest is mostly raw weights.
          const at = Math.floor(rng() * (i % 2 ? bytes.length : 40_000));
          damaged[at] = Math.floor(rng() * 256);
        }
        const result = outcome(damaged);
        seen.set(result, (seen.get(result) ?? 0) + 1);
      }
      expect(seen.size).toBeGreaterThan(1);
    });
  }
});
