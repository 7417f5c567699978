/** What pages are told of a network: every sum must be the counters' own, and every value must come from somewhere. */
import { GraphFact, LayersFact } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { single } from '@topiary/pipeline';
import { expect, it } from 'vitest';
import { graphFact, layersFact, networkFacts } from '../../../workers/evaluator/src/stages/network-facts.js';
import { cutAtRandom, shippedNetworks } from '../../helpers/shipped-networks.js';

const BLOCK = 16;
const networks = shippedNetworks();
const resnet = networks.find(({ id }) => id.startsWith('resnet-tiny'))!.graph;

/** Park and Miller, so that the cut is always the same. */
const drawn = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
};
const cut = (graph: Graph): Graph => cutAtRandom(graph, { speedup: 2, scope: 'global', rng: drawn(7) });

it.each(networks.map(({ id, graph }) => [id, graph] as const))(
  'of %s add up to what the counters say',
  (_id, graph) => {
    const small = cut(graph);
    const { layers } = LayersFact.parse(layersFact(graph, small, BLOCK));
    const sum = (of: 'base' | 'left', what: 'params' | 'macs') =>
      layers.reduce((total, layer) => total + (layer[of]?.[what] ?? 0), 0);
    for (const [of, one] of [['base', graph] as const, ['left', small] as const]) {
      const { params, pure } = count(one);
      expect([sum(of, 'params'), sum(of, 'macs')], of).toEqual([params, pure]);
    }
    // a cut renames nothing
    expect(layers.every(({ base, left }) => base !== null && left !== null)).toBe(true);
    const { nodes, inputs, outputs } = GraphFact.parse(graphFact(small));
    const known = new Set(inputs.map(({ name }) => name));
    for (const node of nodes) {
      expect(node.inputs.filter((value) => !known.has(value))).toEqual([]);
      for (const value of node.outputs) known.add(value);
    }
    expect(outputs.every((value) => known.has(value))).toBe(true);
  },
);

it('say what the kernels compute in the place of what is left', () => {
  const { layers } = layersFact(resnet, cut(resnet), BLOCK);
  for (const { base, left } of layers.filter(({ ops }) => ops.includes('Conv'))) {
    // the base has widths of 3, 16, 32 and 64 channels
    expect(base!.computed).toBe(base!.macs);
    const { inputs, outputs, plain } = left!.kernel!;
    expect(left!.computed).toBeCloseTo((left!.macs * inputs[1] * outputs[1]) / (inputs[0] * outputs[0]), 6);
    expect(plain).toBe(inputs[0] < BLOCK || inputs[0] % 4 === 0 ? null : 'fours');
  }
  expect(layers.some(({ left }) => left!.computed > left!.macs)).toBe(true);
  // kernels that know no blocks fill up nothing
  expect(layersFact(resnet, cut(resnet), 0).layers.every(({ left }) => left!.computed === left!.macs)).toBe(true);
});

it('are two files a part, as JSON that views read', () => {
  const facts = networkFacts(single(resnet), single(cut(resnet)), BLOCK);
  expect(facts.map(({ view, title, mediaType }) => [view, title, mediaType])).toEqual([
    ['layers', 'What each layer costs', 'application/json'],
    ['graph', 'The network', 'application/json'],
  ]);
  expect(LayersFact.parse(JSON.parse(new TextDecoder().decode(facts[0]!.bytes))).block).toBe(BLOCK);
});
