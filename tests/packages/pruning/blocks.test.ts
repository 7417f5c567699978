/** Residual blocks by structure alone: how many, and what is inside. */
import type { Graph } from '@topiary/onnx';
import { blocksOf } from '@topiary/pruning';
import { buildModel, MODELS, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { withoutSamples } from '../../helpers/samples.js';
import { EXPORTED, exported } from './block-exports.js';
import { decoder, dit, llama, parallel, postNorm, SMALL, uvit } from './block-nets.js';
import { chain } from './small-nets.js';

/** Blocks as the papers count them; of inverted residuals only those that have a shortcut. */
const COUNTS: Readonly<Record<string, number>> = {
  resnet18: 8,
  resnet20: 9,
  resnet34: 16,
  resnet50: 16,
  resnet56: 27,
  resnet101: 33,
  resnet152: 50,
  'resnet-tiny': 6,
  'resnet-tiny-padded': 6,
  resnext50: 16,
  'regnet-x-1-6gf': 18,
  'mobilenet-v2': 10,
  'mobilenet-tiny': 3,
  'mobilenet-v3-large': 10,
  'efficientnet-b0': 9,
  'convnext-micro': 6,
  'convnext-tiny': 18,
  'convnext-small': 36,
  'convnext-base': 36,
  'swin-tiny': 12,
  'swin-small': 24,
  'swin-base': 24,
  'vit-tiny': 3,
  'vit-small': 12,
  'vit-base': 12,
  'vit-base-patch32': 12,
  'deit-tiny': 12,
  'deit-tiny-distilled': 12,
  'deit-small': 12,
  'deit-small-distilled': 12,
  'deit-base': 12,
  'deit-base-distilled': 12,
  // bottlenecks of the backbone; those of the neck have no shortcut
  'anchorfree-tiny': 6,
  'anchorfree-tiny-bccd': 6,
  'anchorfree-n': 6,
  'anchorfree-s': 6,
  'anchorfree-m': 12,
  'anchorfree-l': 18,
  'anchorfree-x': 18,
  // no residual addition
  'vgg-tiny': 0,
  vgg16: 0,
  vgg19: 0,
  densenet121: 0,
};

describe('the blocks of a network', () => {
  it.each(MODELS.map(({ id }) => id))('%s has as many as its paper says', (id) => {
    const family = id.replace(/-cifar100?$/, '').replace(/^(resnet\d+|vgg\d+|densenet121)-.*/, '$1');
    expect(blocksOf(buildModel(modelOf(id))).length).toBe(COUNTS[family]);
  });

  it.each(SMALL.map(([graph, n]) => [graph.name, n, graph] as const))('%s has %i', (_, n, graph) => {
    expect(blocksOf(graph).length).toBe(n);
  });

  it('are the same whatever things are called', () => {
    const graph = dit();
    const rename = (name: string) => (name === '' ? '' : `v${[...name].map((c) => c.charCodeAt(0)).join('')}`);
    const renamed: Graph = {
      ...graph,
      inputs: graph.inputs.map((value) => ({ ...value, name: rename(value.name) })),
      outputs: graph.outputs.map((value) => ({ ...value, name: rename(value.name) })),
      nodes: graph.nodes.map((node) => ({
        ...node,
        name: '',
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
      initializers: new Map(
        [...graph.initializers.values()].map((value) => [rename(value.name), { ...value, name: rename(value.name) }]),
      ),
    };
    expect(blocksOf(renamed).map(({ in: from, out }) => [from, out])).toEqual(
      blocksOf(graph).map(({ in: from, out }) => [rename(from), rename(out)]),
    );
  });

  it('have names of their own, even where layers have none', () => {
    const graph = dit();
    const initializers = new Map(
      [...graph.initializers.values()].map((one, i) => [`t${i}`, { ...one, name: `t${i}` }]),
    );
    const known = new Map([...graph.initializers.keys()].map((name, i) => [name, `t${i}`]));
    const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => known.get(name) ?? name) }));
    expect(blocksOf({ ...graph, nodes, initializers }).map(({ name }) => name)).toEqual([
      'block#0',
      'block#1',
      'block#2',
    ]);
  });

  it('of a chain of layers are none', () => {
    expect(blocksOf(chain())).toEqual([]);
  });
});

describe('what is inside a block', () => {
  it('of a vision transformer: attention, then the MLP, with the fused projection and the hidden units', () => {
    const graph = buildModel(modelOf('vit-tiny'));
    const layerOf = (value: string | null) => {
      let at = value ?? '';
      for (;;) {
        const node = graph.nodes.find(({ outputs }) => outputs.includes(at))!;
        const weight = node.inputs.find((input) => graph.initializers.has(input) && input !== at);
        if (weight) return weight;
        at = node.inputs[0]!;
      }
    };
    const blocks = blocksOf(graph);
    expect(blocks.map(({ name }) => name)).toEqual(['blocks.0', 'blocks.1', 'blocks.2']);
    for (const { name, attention, hidden, in: from, out, afterAttention, subLayers } of blocks) {
      expect(layerOf(attention!.queries)).toBe(`${name}.attn.qkv.bias`);
      expect([attention!.keys, attention!.values]).toEqual([attention!.queries, attention!.queries]);
      expect(layerOf(hidden)).toBe(`${name}.mlp.fc1.bias`);
      expect(subLayers.map((layer) => [layer.in, layer.out])).toEqual([
        [from, afterAttention],
        [afterAttention, out],
      ]);
    }
    expect(blocks[1]!.in).toBe(blocks[0]!.out);
  });

  it('of a residual network: the stream ends behind the activation, a projection is the shortcut', () => {
    const graph = buildModel(modelOf('resnet50'));
    const blocks = blocksOf(graph);
    const makerOf = (value: string) => graph.nodes.find(({ outputs }) => outputs.includes(value))!;
    for (const { in: from, out, subLayers } of blocks) {
      expect(makerOf(out).op).toBe('Relu');
      const isFirst = subLayers[0]!.shortcut !== from;
      if (isFirst) expect(makerOf(subLayers[0]!.shortcut).inputs[1]).toMatch(/downsample\.1\.weight$/);
    }
    expect(blocks.flatMap(({ subLayers }, i) => (subLayers[0]!.shortcut === blocks[i]!.in ? [] : [i]))).toEqual([
      0, 3, 7, 13,
    ]);
  });

  it('of a post-norm transformer: the stream ends behind the norm, in the last block, too', () => {
    const graph = postNorm();
    const norms = graph.nodes.filter(({ op }) => op === 'LayerNormalization').map(({ outputs }) => outputs[0]);
    expect(blocksOf(graph).map(({ out }) => out)).toEqual([norms[2], norms[4], norms[6]]);
  });

  it('of a DiT: what is added without its gate', () => {
    const graph = dit();
    for (const { subLayers } of blocksOf(graph)) {
      for (const { ungated, branches } of subLayers) {
        const gate = graph.nodes.find(({ outputs }) => outputs[0] === branches[0])!;
        expect(gate.op).toBe('Mul');
        expect(gate.inputs[1]).toBe(ungated[0]);
      }
    }
  });

  it('of a decoder: attention to itself, to a context, and the MLP', () => {
    const [block] = blocksOf(decoder());
    expect(block!.subLayers.map(({ attention }) => attention?.isCross ?? null)).toEqual([false, true, null]);
  });

  it('of a language model: three projections behind rotations and shared heads, and what the gate lets through', () => {
    const graph = llama();
    const makerOf = (value: string) => graph.nodes.find(({ outputs }) => outputs.includes(value))!;
    const weightOf = (value: string) => makerOf(value).inputs.find((input) => graph.initializers.has(input));
    for (const [i, { attention, hidden, subLayers }] of blocksOf(graph).entries()) {
      const { queries, keys, values } = attention!;
      expect([queries, keys, values].map(weightOf)).toEqual([`${i}.q.bias`, `${i}.k.bias`, `${i}.v.bias`]);
      expect(makerOf(hidden!).op).toBe('Mul');
      expect(subLayers.map((layer) => layer.hidden)).toEqual([null, hidden]);
    }
  });

  it('of parallel branches: one sub-layer with both', () => {
    const graph = parallel();
    const makerOf = (value: string) => graph.nodes.find(({ outputs }) => outputs.includes(value))!;
    for (const { attention, hidden } of blocksOf(graph)) {
      expect(attention).not.toBeNull();
      expect(makerOf(hidden!).op).toBe('Gelu');
    }
    expect(blocksOf(parallel()).map(({ subLayers }) => subLayers.map(({ branches }) => branches.length))).toEqual([
      [2],
      [2],
    ]);
  });

  it('of a U-ViT: skips cross the cuts between the halves', () => {
    expect(blocksOf(uvit()).map(({ cut }) => cut.behind.length)).toEqual([1, 2, 3, 2, 1]);
  });
});

describe.skipIf(withoutSamples())('networks that PyTorch exported', () => {
  it.each(EXPORTED)('%s/%s has %i blocks', (folder, name, n) => {
    expect(blocksOf(exported(folder, name)).length).toBe(n);
  });
});
