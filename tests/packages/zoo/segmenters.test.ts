/** Segment Anything has the parameters and multiply-accumulates that its code has, whole and slimmed. */
import { type Graph, validate } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { buildSegmenter, SamTiny, type Segmenter, segmenterPublishedAs } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { type Encoder, encoder } from '../../../packages/zoo/src/segmenters/_encoder.js';
import { SAM_SIZES, sam } from '../../../packages/zoo/src/segmenters/_sam.js';
import * as all from '../../../packages/zoo/src/segmenters/index.js';
import { SAM_TINY_ENCODER } from '../../../packages/zoo/src/segmenters/sam-tiny.js';

const built = new Map<string, ReturnType<typeof buildSegmenter>>();
/** Once for each: a large one takes its second. */
const graphsOf = (segmenter: Segmenter): ReturnType<typeof buildSegmenter> => {
  const known = built.get(segmenter.id) ?? buildSegmenter(segmenter);
  built.set(segmenter.id, known);
  return known;
};
const of = (id: string): Segmenter => Object.values(all).find((one) => one.id === id)!;

/** Of linear layers and convolutions alone, without the products of attention: what papers of this family count. */
const modules = (graph: Graph): number =>
  count(graph)
    .byNode.filter(({ node }) => node.op !== 'MatMul' || node.inputs.some((name) => graph.initializers.has(name)))
    .reduce((sum, { pure }) => sum + pure, 0);

const giga = (macs: number): number => Math.round(macs / 1e8) / 10;

describe.each(Object.values(all).map((one) => [one.id, one] as const))('%s', (_, segmenter) => {
  it('has three parts that fit each other, with the counts that it promises', () => {
    const graphs = graphsOf(segmenter);
    const seen = segmenterPublishedAs(segmenter);
    const counted = (part: keyof typeof graphs) => {
      const { params, pure, published } = count(graphs[part], { published: seen[part] });
      return { params, macs: { pure, published } };
    };
    for (const graph of Object.values(graphs)) validate(graph);
    expect(counted('encoder')).toEqual(segmenter.expected);
    expect(counted('prompts')).toEqual(segmenter.prompting);
    expect(counted('decoder')).toEqual(segmenter.decoding);
    const written = [graphs.encoder, graphs.prompts].flatMap(({ outputs }) => outputs);
    for (const input of graphs.decoder.inputs) expect(written).toContainEqual(input);
  });
});

describe('the image encoder', () => {
  it.each([
    ['sam-vit-b', 89_670_912, 93_735_472, 368.7, 486.0],
    ['sam-vit-l', 308_278_272, 312_342_832, 1311.1, 1492.8],
    ['sam-vit-h', 637_026_048, 641_090_608, 2732.3, 2980.5],
  ] as const)(
    '%s: parameters, with the other parts, GMACs of its layers and with attention',
    (id, own, total, g, full) => {
      const { expected, prompting, decoding } = of(id);
      expect([expected.params, expected.params + prompting.params + decoding.params]).toEqual([own, total]);
      const { encoder: graph } = graphsOf(of(id));
      expect([giga(modules(graph)), giga(expected.macs.pure)]).toEqual([g, full]);
    },
  );

  it('counted with biases, norms and activations, and with its decoder, has the GMACs that SlimSAM prints', () => {
    const printed = { 'sam-vit-b': 372, 'sam-vit-l': 1315, 'sam-vit-h': 2736 } as const;
    for (const [id, g] of Object.entries(printed)) {
      const { expected, decoding } = of(id);
      expect(Math.abs((expected.macs.published + decoding.macs.published) / 1e9 / g - 1)).toBeLessThan(0.005);
    }
  });

  /** Embedding, all channels of attention, hidden units: SAM-B as SlimSAM cuts it. */
  it.each([
    [384, 768, 3072, 45_209_472, 185.6],
    [168, 768, 3072, 20_199_912, 82.5],
    [384, 384, 1536, 23_897_216, 94.8],
    [168, 168, 696, 5_658_968, 20.9],
  ] as const)('of %d, %d and %d channels has %d parameters and %d GMACs', (width, inner, hidden, params, g) => {
    const size = { ...SAM_SIZES.b, width, inner, hidden };
    const { encoder: graph } = buildSegmenter(sam('slim', 'slim', size, SamTiny.expected));
    expect([count(graph).params, giga(modules(graph))]).toEqual([params, g]);
  });

  it.each([
    [96, 96, 384, 740_576, 48.9],
    [48, 48, 192, 222_960, 14.4],
    [18, 18, 84, 70_594, 4.4],
  ] as const)(
    'the small one of %d, %d and %d channels has %d parameters and %d MMACs',
    (width, inner, hidden, n, m) => {
      const shape: Encoder = { ...SAM_TINY_ENCODER, width, inner, hidden };
      const small: Segmenter = { ...SamTiny, encoder: encoder(shape) };
      const { encoder: graph } = buildSegmenter(small);
      expect([count(graph).params, Math.round(modules(graph) / 1e5) / 10]).toEqual([n, m]);
    },
  );
});

describe('the mask decoder', () => {
  it('has 4,058,340 parameters and 1.811 GMACs for seven tokens; the small one 158,268 and 2.5 MMACs', () => {
    const { decoding } = all.SamVitB;
    expect([decoding.params, Math.round(decoding.macs.pure / 1e6)]).toEqual([4_058_340, 1811]);
    expect(SamTiny.decoding.params).toBe(158_268);
  });

  it('spends 1.363 G on linear layers, 0.403 G on enlarging', () => {
    const { decoder } = graphsOf(all.SamVitB);
    const { byNode } = count(decoder);
    const macsOf = (isMine: (op: string, isLayer: boolean) => boolean) =>
      byNode
        .filter(({ node }) =>
          isMine(
            node.op,
            node.inputs.some((name) => decoder.initializers.has(name)),
          ),
        )
        .reduce((sum, { pure }) => sum + pure, 0);
    const spent = [
      macsOf((op, isLayer) => isLayer && ['MatMul', 'Gemm'].includes(op)),
      macsOf((op) => op === 'ConvTranspose'),
    ];
    for (const [i, g] of [1.363, 0.403].entries()) expect(Math.abs(spent[i]! / 1e9 - g)).toBeLessThan(0.001);
  });
});
