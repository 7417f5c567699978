/** Every model builds, is valid and has the counts that were published for it. */

import { validate } from '@topiary/onnx';
import { buildModel, MODELS, type Model, materialize, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { countOf } from './count.js';

/** Parameters, pure and published multiply-accumulates of torchvision's networks, counted by Torch-Pruning. */
const PUBLISHED: Readonly<Record<string, readonly [number, number, number]>> = {
  resnet18: [11_689_512, 1_814_073_344, 1_822_177_768],
  resnet50: [25_557_032, 4_089_184_256, 4_121_925_096],
};

describe.each(MODELS.map(({ id }) => [id, modelOf(id)] as [string, Model]))('%s', (id, model) => {
  const graph = buildModel(model);

  it('maps pictures to logits', () => {
    validate(graph);
    expect(graph.inputs).toEqual([{ name: 'input', type: 'float32', shape: ['N', ...model.input] }]);
    expect(graph.outputs).toEqual([{ name: 'logits', type: 'float32', shape: ['N', model.classes] }]);
  });

  it('has the parameters and multiply-accumulates that it promises', () => {
    expect(countOf(graph)).toEqual(model.expected);
    const published = PUBLISHED[id];
    if (published) expect([model.expected.params, ...Object.values(model.expected.macs)]).toEqual([...published]);
  });
});

describe('materialize', () => {
  const graph = buildModel(modelOf('resnet20'));
  const values = (seed: number, name: string) => {
    const { source } = materialize(graph, seed).initializers.get(name)!;
    return source.kind === 'data' ? (source.data as Float32Array) : new Float32Array();
  };

  it('draws Kaiming-normal weights: mean 0, variance 2 / fan-out', () => {
    const w = values(0, 'layer3.1.conv1.weight'); // 64 · 64 · 9 numbers
    const mean = w.reduce((sum, v) => sum + v, 0) / w.length;
    const variance = w.reduce((sum, v) => sum + v * v, 0) / w.length;
    const expected = 2 / (64 * 9);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / w.length));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / w.length));
  });

  it('fills scales with 1, shifts with 0 and the classifier within its bound', () => {
    expect(new Set(values(0, 'bn1.weight'))).toEqual(new Set([1]));
    expect(new Set(values(0, 'bn1.running_var'))).toEqual(new Set([1]));
    expect(new Set(values(0, 'bn1.bias'))).toEqual(new Set([0]));
    const largest = values(0, 'linear.weight').reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    expect(largest).toBeLessThanOrEqual(1 / 8);
    expect(largest).toBeGreaterThan(0.12);
  });

  it('gives the same numbers under the same seed, others under another, and leaves numbers alone', () => {
    expect(values(3, 'conv1.weight')).toEqual(values(3, 'conv1.weight'));
    expect(values(3, 'conv1.weight')).not.toEqual(values(4, 'conv1.weight'));
    const once = materialize(graph, 1);
    expect(materialize(once, 2).initializers).toEqual(once.initializers);
  });
});
