/** Residual blocks by structure alone: how many, where they can be cut, what is inside; parts, and networks without some. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, elements, floats, type Graph, scalar, type Tensor, withData } from '@topiary/onnx';
import { type Block, blocksOf, dropBlock, dropBlocks, dropSubLayers, type SubLayer, subgraph } from '@topiary/pruning';
import { buildModel, MODELS, materialize, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { sample, withoutSamples } from '../../helpers/samples.js';
import { NARROW } from '../zoo/narrow-members.js';
import { decoder, dit, globalSkip, innerSkips, parallel, postNorm, unet, uvit } from './block-nets.js';
import { chain, noise } from './small-nets.js';

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
  // no residual addition
  'vgg-tiny': 0,
  vgg16: 0,
  vgg19: 0,
  densenet121: 0,
};

const EXPORTS: readonly (readonly [folder: string, name: string, blocks: number])[] = [
  ['exports', 'resnet18', 8],
  ['exports', 'mobilenet_v2', 10],
  ['exports', 'efficientnet_b0', 9],
  ['exports', 'densenet121', 0],
  ['exports', 'convnext_nano', 6],
  ['exports', 'swin_nano', 4],
  ['exports', 'vit_tiny', 4],
  ['weights', 'resnet20-cifar10', 9],
  ['weights', 'resnet56-cifar10', 27],
];

const SMALL: readonly (readonly [Graph, number])[] = [
  [postNorm(), 3],
  [parallel(), 2],
  [decoder(), 2],
  [dit(), 3],
  [dit({ isShared: true }), 3],
  [uvit(), 5],
  [unet(), 6],
  [globalSkip(), 4],
  [innerSkips(), 3],
];

const read = (folder: string, name: string): Graph =>
  canonicalize(decode(readFileSync(sample(folder, `${name}.onnx`))));

const feedsOf = (graph: Graph, batch = 2): Record<string, Tensor> =>
  Object.fromEntries(
    graph.inputs.map(({ name, shape }, i) => {
      const dims = [batch, ...shape.slice(1).map(Number)];
      const next = noise(11 + i);
      return [name, floats(Array.from({ length: elements(dims) }, next), dims)];
    }),
  );

/** The whole network, with every branch times zero. */
const silenced = (graph: Graph, subLayers: readonly SubLayer[]): Graph => {
  const branches = new Set(subLayers.flatMap((layer) => layer.branches));
  const zero = withData('zero', scalar(0));
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = node.inputs.map((input) => (branches.has(input) ? `${input}/silent` : input));
    const made = node.outputs.filter((output) => branches.has(output));
    const silence = made.map((output) => ({
      op: 'Mul',
      domain: '',
      name: `${output}/silence`,
      inputs: [output, 'zero'],
      outputs: [`${output}/silent`],
      attributes: {},
    }));
    return [{ ...node, inputs }, ...silence];
  });
  return { ...graph, nodes, initializers: new Map([...graph.initializers, ['zero', zero]]) };
};

const distance = async (got: Graph, reference: Graph): Promise<number> => {
  const feeds = feedsOf(reference);
  const [a, b] = [await runOnnx(got, feeds), await runOnnx(reference, feeds)];
  return Math.max(...reference.outputs.map(({ name }) => relativeDistance(a[name]!, b[name]!)));
};

/** Every other block, each alone, and the first with the last. */
const choices = (blocks: readonly Block[]): (readonly Block[])[] => [
  ...blocks.slice(0, 4).map((block) => [block]),
  blocks.filter((_, i) => i % 2 === 0),
  [blocks[0]!, blocks.at(-1)!],
];

const expectDropsLikeZeros = async (graph: Graph, chosen = choices(blocksOf(graph))): Promise<void> => {
  for (const gone of chosen) {
    const cut = dropBlocks(graph, gone);
    const layers = gone.flatMap(({ subLayers }) => subLayers);
    expect(await distance(cut, silenced(graph, layers))).toBeLessThan(1e-5);
    expect(cut.nodes.length).toBeLessThan(graph.nodes.length);
  }
};

/** For larger networks: every other block goes. */
const everyOther = (graph: Graph) => [blocksOf(graph).filter((_, i) => i % 2 === 0)];

/** The parts between all cuts of a network, from its inputs to its outputs. */
const partsOf = (graph: Graph): Graph[] => {
  const blocks = blocksOf(graph);
  const cuts = [...blocks.map(({ cut }) => cut.before), blocks.at(-1)!.cut.behind];
  const ends = [...cuts, graph.outputs.map(({ name }) => name)];
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  let from: readonly string[] = [];
  return ends.flatMap((to) => {
    // a skip may pass by a part, and a part may be empty: one block's end is the next one's beginning
    const made = to.filter((name) => !from.includes(name) && !inputs.has(name));
    if (made.length === 0) return [];
    const part = subgraph(graph, from, made);
    from = to;
    return [part];
  });
};

const expectStitches = async (graph: Graph): Promise<void> => {
  const parts = partsOf(graph);
  const feeds = feedsOf(graph);
  let values: Record<string, Tensor> = { ...feeds };
  for (const part of parts) {
    const given = Object.fromEntries(part.inputs.map(({ name }) => [name, values[name]!]));
    values = { ...values, ...(await runOnnx(part, given)) };
  }
  const whole = await runOnnx(graph, feeds);
  for (const { name } of graph.outputs) expect(relativeDistance(values[name]!, whole[name]!)).toBeLessThan(1e-5);
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

  it('of parallel branches: one sub-layer with both', () => {
    expect(blocksOf(parallel()).map(({ subLayers }) => subLayers.map(({ branches }) => branches.length))).toEqual([
      [2],
      [2],
    ]);
  });

  it('of a U-ViT: skips cross the cuts between the halves', () => {
    expect(blocksOf(uvit()).map(({ cut }) => cut.behind.length)).toEqual([1, 2, 3, 2, 1]);
  });
});

describe('a network without some blocks', () => {
  it.each(NARROW.filter(([, model]) => blocksOf(buildModel(model)).length > 0))(
    '%s equals the whole with those branches zeroed',
    async (_, model) => {
      await expectDropsLikeZeros(materialize(buildModel(model), 3));
    },
  );

  it.each(['vit-tiny', 'resnet18-cifar10'])('%s equals the whole with those branches zeroed', async (id) => {
    const graph = materialize(buildModel(modelOf(id)), 3);
    await expectDropsLikeZeros(graph, everyOther(graph));
  });

  it.each(SMALL.map(([graph]) => [graph.name, graph] as const))(
    '%s equals the whole with those branches zeroed',
    async (_, graph) => {
      await expectDropsLikeZeros(graph);
      // the branches say something: without them the network is another
      expect(await distance(dropBlock(graph, blocksOf(graph)[0]!), graph)).toBeGreaterThan(1e-3);
    },
  );

  it('has one block less, and can lose an attention alone', async () => {
    const graph = materialize(buildModel(modelOf('vit-tiny')), 3);
    const [first, second] = blocksOf(graph);
    expect(blocksOf(dropBlock(graph, first!)).map(({ name }) => name)).toEqual(['blocks.1', 'blocks.2']);
    const attention = second!.subLayers.slice(0, 1);
    expect(await distance(dropSubLayers(graph, attention), silenced(graph, attention))).toBeLessThan(1e-5);
  });

  it('keeps its outputs where a branch ends there', async () => {
    const graph = globalSkip();
    const [block] = blocksOf(graph);
    const inner = subgraph(graph, [], [block!.out]);
    expect(dropBlock(inner, block!).outputs).toEqual(inner.outputs);
    expect(await distance(dropBlock(inner, block!), silenced(inner, block!.subLayers))).toBeLessThan(1e-5);
  });
});

describe('the parts between cuts', () => {
  it.each(NARROW.filter(([, model]) => blocksOf(buildModel(model)).length > 0))(
    'of %s give the network again, one behind the other',
    async (_, model) => {
      const graph = materialize(buildModel(model), 3);
      await expectStitches(graph);
      // one input: no node is in two parts
      const parts = partsOf(graph);
      expect(parts.flatMap(({ nodes }) => nodes).length).toBe(graph.nodes.length);
      expect(new Set(parts.flatMap(({ nodes }) => nodes)).size).toBe(graph.nodes.length);
    },
  );

  it.each(SMALL.map(([graph]) => [graph.name, graph] as const))(
    'of %s give the network again, conditions computed in each',
    async (_, graph) => {
      await expectStitches(graph);
    },
  );

  it('hold the initialisers that they read and no others', () => {
    const graph = buildModel(modelOf('vit-tiny'));
    const [block] = blocksOf(graph);
    const part = subgraph(graph, [block!.in], [block!.out]);
    const read = new Set(part.nodes.flatMap(({ inputs }) => inputs));
    expect([...part.initializers.keys()].every((name) => read.has(name))).toBe(true);
    expect([...part.initializers.keys()].filter((name) => name.startsWith('blocks.0.')).length).toBe(12);
    expect([...part.initializers.keys()].filter((name) => name.startsWith('blocks.1.')).length).toBe(0);
  });

  it('are refused where nothing lies between', () => {
    const graph = buildModel(modelOf('vit-tiny'));
    const [first, second] = blocksOf(graph);
    const code = { code: 'TOPIARY_PRUNING_BAD_CUT' };
    expect(() => subgraph(graph, [second!.out], [first!.out])).toThrow(expect.objectContaining(code));
    expect(() => subgraph(graph, [first!.in], [first!.in])).toThrow(expect.objectContaining(code));
    expect(() => subgraph(graph, ['nothing'], [first!.out])).toThrow(expect.objectContaining(code));
  });
});

describe.skipIf(withoutSamples())('networks that PyTorch exported', () => {
  it.each(EXPORTS)('%s/%s has %i blocks', (folder, name, n) => {
    expect(blocksOf(read(folder, name)).length).toBe(n);
  });

  it.each(EXPORTS.filter(([, , n]) => n > 0).filter(([, name]) => name !== 'resnet56-cifar10'))(
    '%s/%s without some blocks equals the whole with those branches zeroed, and its parts give it again',
    async (folder, name) => {
      const graph = read(folder, name);
      await expectDropsLikeZeros(graph, everyOther(graph));
      await expectStitches(graph);
    },
  );
});
