import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { isTopiaryError } from '@topiary/errors';
import { decode, int64s } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { random } from '../../helpers/random.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { n, sketch, x } from './graphs.js';

describe.skipIf(withoutSamples())('damaged files', () => {
  it.each(['exports/vit_tiny.onnx', 'weights/resnet20-cifar10.onnx', 'exports/convnext_nano.onnx'])(
    'flipped bytes of %s give a graph or an error of ours',
    (file) => {
      const bytes = readFileSync(sample(file));
      const rng = random(5);
      const outcomes = new Set<string>();
      for (let i = 0; i < 80; i += 1) {
        const damaged = Uint8Array.from(bytes);
        // Structure lies in the first part; the rest is mostly raw weights.
        for (let k = 0; k < 1 + (i % 6); k += 1) damaged[Math.floor(rng() * 60_000)] = Math.floor(rng() * 256);
        try {
          canonicalize(decode(damaged));
          outcomes.add('a graph');
        } catch (error) {
          if (!isTopiaryError(error)) throw error;
          outcomes.add(error.code);
        }
      }
      expect(outcomes.size).toBeGreaterThan(2);
    },
  );
});

describe('graphs that mean harm', () => {
  it('a constant of a billion elements is refused before it is made, or left alone', () => {
    const constants = { huge: int64s([1e9]), zero: int64s([0], []), one: int64s([1], []), many: int64s([1e12], []) };
    const fill = [n('ConstantOfShape', 'huge', 'c'), n('ReduceSum', 'c', 'r'), n('Add', 'x r', 'y')];
    const count = [n('Range', 'zero many one', 'c'), n('ReduceSum', 'c', 'r'), n('Add', 'x r', 'y')];
    for (const nodes of [fill, count]) {
      const start = performance.now();
      try {
        canonicalize(sketch({ inputs: x('b', 3), constants, nodes }));
      } catch (error) {
        expect(isTopiaryError(error)).toBe(true);
      }
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });

  it('a chain of twenty thousand Identity nodes is walked', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => n('Identity', i === 0 ? 'w' : `v${i - 1}`, `v${i}`));
    const graph = sketch({
      inputs: x('b', 3),
      constants: { w: int64s([1, 3]) },
      nodes: [...nodes, n('Reshape', 'x v19999', 'y')],
    });
    expect(canonicalize(graph).nodes).toHaveLength(1);
  });

  it('ten thousand uses of one constant get their copies', () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) =>
      n('Add', i === 0 ? 'x w' : `v${i - 1} w`, i === 9_999 ? 'y' : `v${i}`),
    );
    const graph = sketch({
      inputs: x('b', 3),
      constants: { w: { type: 'float32', dims: [3], data: new Float32Array(3) } },
      nodes,
    });
    expect(canonicalize(graph).initializers.size).toBe(10_000);
  });
});
