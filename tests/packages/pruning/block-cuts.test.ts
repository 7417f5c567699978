/** Networks without some of their blocks, and the parts between blocks: against the whole network in onnxruntime. */
import { elements, floats, type Graph, scalar, type Tensor, withData } from '@topiary/onnx';
import { type Block, blocksOf, dropBlock, dropBlocks, dropSubLayers, type SubLayer, subgraph } from '@topiary/pruning';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { withoutSamples } from '../../helpers/samples.js';
import { NARROW } from '../zoo/narrow-members.js';
import { EXPORTED, exported } from './block-exports.js';
import { globalSkip, SMALL } from './block-nets.js';
import { noise } from './small-nets.js';

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
  it.each(EXPORTED.filter(([, , n]) => n > 0).filter(([, name]) => name !== 'resnet56-cifar10'))(
    '%s/%s without some blocks equals the whole with those branches zeroed, and its parts give it again',
    async (folder, name) => {
      const graph = exported(folder, name);
      await expectDropsLikeZeros(graph, everyOther(graph));
      await expectStitches(graph);
    },
  );
});
