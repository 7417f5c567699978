/** A cut network whose answers no picture changes, told from one that works. */
import { floats, type Graph, tensorOf, withData } from '@topiary/onnx';
import { applyPlan, findGroups, planRatio } from '@topiary/pruning';
import { hasCollapsed } from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../helpers/onnxruntime.js';
import { chain, noise } from '../pruning/small-nets.js';

const PICTURES = 4;

const answers = async (graph: Graph): Promise<Float32Array> => {
  const next = noise(5);
  const pictures = floats(
    Array.from({ length: PICTURES * 3 * 64 }, () => next()),
    [PICTURES, 3, 8, 8],
  );
  const [output] = Object.values(await runOnnx(graph, { x: pictures }));
  return output!.data as Float32Array;
};

describe('a collapsed network', () => {
  it('is one that a global ranking of scales left no live channel', async () => {
    // channels 0 to 3 see the picture, with small scales; 4 to 7 have large ones, and are dead
    const graph = chain([8, 6]);
    const initializers = new Map(graph.initializers);
    const set = (name: string, values: readonly number[]) => initializers.set(name, withData(name, floats(values)));
    set('bn1.weight', [0.1, 0.2, 0.1, 0.2, 3, 3, 3, 3]);
    set('bn1.bias', [0.5, 0.5, 0.5, 0.5, -100, -100, -100, -100]);
    const network = { ...graph, initializers };
    const found = findGroups(network);
    const scores = new Map([['conv1', tensorOf(network.initializers.get('bn1.weight')!)!.data as Float32Array]]);
    const cut = applyPlan(network, found, planRatio(found, scores, 0.5)).graph;
    expect(hasCollapsed(await answers(network), PICTURES)).toBe(false);
    expect(hasCollapsed(await answers(cut), PICTURES)).toBe(true);
  });

  it('is not one whose answers differ little, nor one that fails on a single picture', () => {
    expect(hasCollapsed([1, 2, 1, 2.0001], 2)).toBe(false);
    expect(hasCollapsed([1, 2, 1, 2 + 1e-7], 2)).toBe(true);
    expect(hasCollapsed([Number.NaN, 2, 1, 2], 2)).toBe(false);
    expect(hasCollapsed([Number.NaN, 2, Number.NaN, 2], 2)).toBe(true);
    expect(hasCollapsed([0, 0, 0, 0], 2)).toBe(true);
    expect(() => hasCollapsed([1, 2, 3], 2)).toThrow(/got 3 of 2/);
    expect(() => hasCollapsed([1, 2, 3], 1)).toThrow(/two inputs or more/);
  });
});
