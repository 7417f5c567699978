/** Every model builds, is valid, and has the counts and the tensors of the PyTorch network that it is named after. */
import { createHash } from 'node:crypto';
import { elements, type Graph, validate } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { buildModel, MODELS, type Model, materialize, modelOf, publishedAs } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import peers from '../../../scripts/experiments/published-models.json' with { type: 'json' };

interface Peer {
  readonly params: number;
  readonly pure: number | null;
  readonly published: number;
  readonly tensors: number;
  readonly sha256: string;
}

const PEERS: Readonly<Record<string, Peer>> = peers.models;

/** What hooks on PyTorch's modules cannot see: matrix products of two activations. */
const attentionProducts = (graph: Graph, { byNode }: ReturnType<typeof count>): number =>
  byNode
    .filter(({ node: { op, inputs } }) => op === 'MatMul' && !inputs.some((input) => graph.initializers.has(input)))
    .reduce((sum, { pure }) => sum + pure, 0);

/** Learned numbers and running statistics, as a state dictionary lists them. */
const tensorsOf = (graph: Graph): string[] =>
  [...graph.initializers.values()]
    .filter(({ source }) => source.kind === 'init')
    .map(({ name, dims }) => `${name} ${elements(dims)}`)
    .sort();

const counted = (model: Model, graph: Graph) => count(graph, { published: publishedAs(model) });

const outputsOf = ({ id, classes, input }: Model) => {
  const output = (name: string, ...shape: number[]) => ({ name, type: 'float32', shape: ['N', ...shape] });
  if (!id.startsWith('anchorfree')) return [output('logits', classes)];
  const cells = [8, 16, 32].reduce((sum, stride) => sum + (input[1] / stride) ** 2, 0);
  const bins = id.startsWith('anchorfree-tiny') ? 8 : 16;
  return [output('boxes', 4 * bins, cells), output('scores', classes, cells)];
};

describe.each(MODELS.map(({ id }) => [id, modelOf(id)] as [string, Model]))('%s', (_, model) => {
  const graph = buildModel(model);

  it('maps pictures to logits, or to raw boxes and scores of the cells of three maps', () => {
    validate(graph);
    expect(graph.inputs).toEqual([{ name: 'input', type: 'float32', shape: ['N', ...model.input] }]);
    expect(graph.outputs).toEqual(outputsOf(model));
  });

  it('has the parameters and multiply-accumulates that it promises', () => {
    const { params, pure, published } = counted(model, graph);
    expect({ params, macs: { pure, published } }).toEqual(model.expected);
  });
});

describe.each(Object.entries(PEERS))('%s beside its PyTorch network', (id, peer) => {
  const model = modelOf(id);
  const graph = buildModel(model);

  it('has as many parameters and multiply-accumulates by both counters', () => {
    const ours = counted(model, graph);
    expect([ours.params, ours.published]).toEqual([peer.params, peer.published]);
    if (peer.pure !== null) expect(ours.pure - attentionProducts(graph, ours)).toBe(peer.pure);
  });

  it('has tensors of the same names and sizes', () => {
    const tensors = tensorsOf(graph);
    expect(tensors.length).toBe(peer.tensors);
    expect(createHash('sha256').update(tensors.join('\n')).digest('hex')).toBe(peer.sha256);
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
