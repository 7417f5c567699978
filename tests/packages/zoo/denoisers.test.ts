/** Denoisers have the parameters and multiply-accumulates that their papers print, and begin as theirs do. */
import { floats, type Graph, type Initializer, validate } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { compile } from '@topiary/runtime';
import { buildDenoiser, type Denoiser, DitTiny, materialize } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { type Dit, dit } from '../../../packages/zoo/src/denoisers/_dit.js';
import { type Mar, mar } from '../../../packages/zoo/src/denoisers/_mar.js';
import { sineTable } from '../../../packages/zoo/src/denoisers/_positions.js';
import * as all from '../../../packages/zoo/src/denoisers/index.js';
import { feedsFor } from './denoiser-feeds.js';

const denoisers = Object.values(all);
const of = (id: string): Denoiser => denoisers.find((one) => one.id === id)!;

/** Parameters with the table of positions, and GMACs of one picture: DiT (arXiv 2212.09748), table 4, to all digits by hand. */
const DIT = [
  ['dit-s-8', 33_148_160, 0.36],
  ['dit-s-4', 32_945_024, 1.41],
  ['dit-s-2', 32_963_360, 6.06],
  ['dit-b-8', 130_881_536, 1.42],
  ['dit-b-4', 130_475_648, 5.56],
  ['dit-b-2', 130_512_416, 23.01],
  ['dit-l-8', 458_594_816, 5.01],
  ['dit-l-4', 458_053_760, 19.7],
  ['dit-l-2', 458_102_816, 80.71],
  ['dit-xl-8', 675_683_072, 7.39],
  ['dit-xl-4', 675_074_432, 29.05],
  ['dit-xl-2', 675_129_632, 118.64],
] as const;

/** L blocks of 18 D² + 15 D; patches, timestep, classes, the last layer and T · D positions around them. */
const paramsOf = ({ width: d, depth, patch: p, channels: c, side, classes }: Dit): number =>
  depth * (18 * d * d + 15 * d) +
  (c * p * p * d + d) +
  (256 * d + d + d * d + d) +
  (classes + 1) * d +
  (2 * d * d + 2 * d) +
  (d * p * p * 2 * c + p * p * 2 * c) +
  (side / p) ** 2 * d;

/** Of every block 12 N D² for tokens, 2 N² D for attention, 6 D² for its condition. */
const macsOf = ({ width: d, depth, patch: p, channels: c, side }: Dit): number => {
  const n = (side / p) ** 2;
  const block = 12 * n * d * d + 2 * n * n * d + 6 * d * d;
  return n * c * p * p * d + 256 * d + d * d + depth * block + 2 * d * d + n * d * p * p * 2 * c;
};

describe.each(denoisers.map((one) => [one.id, one] as const))('%s', (_, denoiser) => {
  it('maps a noised picture, a timestep and a class to noise or a velocity, with the counts that it promises', () => {
    const graph = buildDenoiser(denoiser);
    validate(graph);
    expect(graph.inputs.map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ['x', 'float32', ['N', ...denoiser.input]],
      ['t', denoiser.time, ['N']],
      ['y', 'int64', ['N']],
      ...Object.entries(denoiser.more ?? {}).map(([name, dims]) => [name, 'float32', ['N', ...dims]]),
    ]);
    const [channels, ...picture] = denoiser.input;
    expect(graph.outputs[0]!.name).toBe(denoiser.predicts);
    expect([1, 2].map((times) => ['N', times * channels, ...picture])).toContainEqual(graph.outputs[0]!.shape);
    const { params, pure, published } = count(graph);
    expect({ params, macs: { pure, published } }).toEqual(denoiser.expected);
  });
});

describe('diffusion transformers', () => {
  it.each(DIT)('%s has %d parameters and %d GMACs, as published', (id, params, gmacs) => {
    const { expected } = of(id);
    expect(expected.params).toBe(params);
    // the paper rounds, and counts some things of a thousandth more
    expect(Math.abs(expected.macs.pure / 1e9 - gmacs)).toBeLessThan(0.021);
  });

  it.each([
    ['s', 384, 12, 6],
    ['xl', 1152, 28, 16],
  ] as const)('%s: the counts of any patch follow from width and depth', (size, width, depth, heads) => {
    for (const patch of [2, 4, 8]) {
      const shape = { side: 32, channels: 4, classes: 1000, width, depth, heads, patch };
      const { params, macs } = of(`dit-${size}-${patch}`).expected;
      expect([params, macs.pure]).toEqual([paramsOf(shape), macsOf(shape)]);
    }
  });

  it('of half the depth and of 512 pixels have what TinyFusion and DiT print', () => {
    const xl = { side: 32, channels: 4, classes: 1000, width: 1152, heads: 16, patch: 2 };
    const counted = (shape: Dit) => {
      const input = [4, shape.side, shape.side] as const;
      return count(buildDenoiser({ ...of('dit-xl-2'), input, build: dit(shape) }));
    };
    const [d14, large] = [counted({ ...xl, depth: 14 }), counted({ ...xl, depth: 28, side: 64 })];
    expect([d14.params, Math.round(d14.pure / 1e7)]).toEqual([340_457_504, 5932]);
    expect([large.params, Math.round(large.pure / 1e7)]).toEqual([676_014_368, 52_454]);
  });

  it('SiT has the network of DiT', () => {
    for (const size of ['s', 'b', 'l', 'xl'])
      expect(of(`sit-${size}-2`).expected).toEqual(of(`dit-${size}-2`).expected);
  });

  it('begin by saying that there is no noise at all: every gate and the last layer are zero', async () => {
    const session = await compile(materialize(buildDenoiser(DitTiny), 3), { threads: 1 });
    const { noise } = await session.run(feedsFor(DitTiny, 2));
    await session.release();
    expect([noise!.dims, new Set(noise!.data as Float32Array)]).toEqual([[2, 1, 16, 16], new Set([0])]);
  });

  it('place tokens by sines: the column first, then the row', () => {
    const width = 8;
    const row = sineTable(3, width).slice(5 * width, 6 * width); // the token in row 1, column 2
    const half = (at: number) => [Math.sin(at), Math.sin(at / 100), Math.cos(at), Math.cos(at / 100)];
    expect(row.map((value) => value.toFixed(12))).toEqual([...half(2), ...half(1)].map((value) => value.toFixed(12)));
  });

  it('learn neither the speed of their sines nor a scale of their norms', () => {
    const { params } = count(buildDenoiser(DitTiny));
    const { width, depth } = { width: 64, depth: 12 };
    expect(params).toBe(
      depth * (18 * width ** 2 + 15 * width) +
        (16 * width + width) +
        (64 * width + width + width ** 2 + width) +
        11 * width +
        (2 * width ** 2 + 2 * width) +
        (16 * width + 16) +
        16 * width,
    );
  });
});

describe('U-ViT', () => {
  it.each([
    ['u-vit-m-2', 130.9, 35.2],
    ['u-vit-l-2', 286.8, 76.5],
    ['u-vit-h-2', 500.8, 133.2],
  ] as const)('%s has %d M parameters and %d GMACs', (id, millions, gmacs) => {
    const { params, macs } = of(id).expected;
    expect([Math.round(params / 1e5) / 10, Math.round(macs.pure / 1e8) / 10]).toEqual([millions, gmacs]);
  });

  it('tiny has thirteen blocks of 12 D² + 10 D, six of them behind a linear layer that reads what an earlier one left', () => {
    const [d, tokens] = [64, 18];
    const outside = 16 * d + d + 11 * d + tokens * d + 2 * d + (d * 16 + 16) + (9 + 1);
    const { params, macs } = of('u-vit-tiny').expected;
    expect(params).toBe(13 * (12 * d * d + 10 * d) + 6 * (2 * d * d + d) + outside);
    // patches and the last layer; what is said of label and timestep is dropped after it; the convolution has 256 places
    const around = 16 * 16 * d + tokens * d * 16 + 256 * 9;
    expect(macs.pure).toBe(13 * (12 * tokens * d * d + 2 * tokens * tokens * d) + 6 * tokens * 2 * d * d + around);
  });

  it('H/2 has 128.75 GMACs without the products of attention', () => {
    const [tokens, width, blocks] = [258, 1152, 29];
    const products = blocks * 2 * tokens * tokens * width;
    expect(Math.round((of('u-vit-h-2').expected.macs.pure - products) / 1e7)).toBe(12_875);
  });
});

/** Blocks of 12 D² + 13 D; the MLP that tells noise has blocks of 5 W² + 7 W. */
const marParamsOf = ({ width: d, depth, head: { width: w, depth: blocks } }: Mar): number =>
  2 * depth * (12 * d * d + 13 * d) +
  // of class, tokens, the norms around the encoder, what the decoder begins with, three tables of positions
  (1001 * d + 17 * d + 6 * d + (d * d + d) + d + (2 * 320 + 256) * d) +
  (256 * w + w + w * w + w + (d * w + w) + 17 * w + blocks * (5 * w * w + 7 * w) + (2 * w * w + 2 * w) + 32 * w + 32);

/** Of every block 12 T D² for 320 tokens and 2 T² D for attention; 256 tokens are told their noise. */
const marMacsOf = ({ width: d, depth, head: { width: w, depth: blocks } }: Mar): number => {
  const [all, told] = [320, 256];
  const transformer = 2 * depth * (12 * all * d * d + 2 * all * all * d) + told * 16 * d + all * d * d;
  return transformer + 256 * w + w * w + told * (16 * w + d * w + 5 * blocks * w * w + 2 * w * w + 32 * w);
};

const MAR_SIZES = [
  ['mar-b', { width: 768, depth: 12, heads: 12, head: { width: 1024, depth: 6 } }, 208],
  ['mar-l', { width: 1024, depth: 16, heads: 16, head: { width: 1280, depth: 8 } }, 479],
  ['mar-h', { width: 1280, depth: 20, heads: 16, head: { width: 1536, depth: 12 } }, 943],
] as const;

/** What begins as zeros would hide everything. */
const awake = (graph: Graph): Graph => {
  const woken = (one: Initializer): Initializer =>
    one.source.kind === 'init' ? { ...one, source: { kind: 'init', init: { rule: 'normal', std: 0.2 } } } : one;
  return { ...graph, initializers: new Map([...graph.initializers].map(([name, one]) => [name, woken(one)])) };
};

describe('MAR', () => {
  it.each(MAR_SIZES)(
    '%s has the counts that follow from its widths, in millions as the authors round up',
    (id, shape, millions) => {
      const { params, macs } = of(id).expected;
      expect([params, macs.pure]).toEqual([marParamsOf(shape), marMacsOf(shape)]);
      expect(Math.ceil(params / 1e6)).toBe(millions);
    },
  );

  it('L with every second block has the 277 M parameters of TinyMAR-D16', () => {
    expect(Math.ceil(marParamsOf({ ...MAR_SIZES[1][1], depth: 8 }) / 1e6)).toBe(277);
  });

  it('does not look at what is hidden, and looks at what is known', async () => {
    const build = mar({ width: 16, depth: 1, heads: 2, head: { width: 16, depth: 1 } });
    const session = await compile(materialize(awake(buildDenoiser({ ...of('mar-b'), build })), 3), { threads: 1 });
    const feeds = feedsFor(of('mar-b'), 1);
    const hidden = floats(
      Float32Array.from({ length: 256 }, (_, i) => i % 2),
      [1, 1, 16, 16],
    );
    const toldWith = async (token: number) => {
      const known = new Float32Array(16 * 256).fill(0.5);
      known[token] = 3;
      const { noise } = await session.run({ ...feeds, known: floats(known, [1, 16, 16, 16]), hidden });
      return noise!.data as Float32Array;
    };
    const [none, odd, even] = [await toldWith(1), await toldWith(3), await toldWith(4)];
    await session.release();
    const apart = (other: Float32Array) => Math.max(...other.map((value, i) => Math.abs(value - none[i]!)));
    expect(apart(odd)).toBeLessThan(1e-6);
    expect(apart(even)).toBeGreaterThan(1e-3);
  });
});
