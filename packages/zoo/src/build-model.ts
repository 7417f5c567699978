/** From a model's recipe to a graph, and from init rules to numbers. */
import { canonicalize } from '@topiary/canonical';
import { assertNever } from '@topiary/errors';
import { elements, type Graph, type Initializer, type InitRule } from '@topiary/onnx';
import type { PublishedAs } from '@topiary/ops';
import type { Denoiser } from './denoiser.js';
import type { Model } from './model.js';
import { layersOn } from './models/_layers.js';
import { ModelBuilder } from './models/_model-builder.js';
import { fillNormal } from './normal.js';
import { type Random, randomFrom } from './random.js';
import type { Segmenter } from './segmenter.js';

const draw = (model: Model): ModelBuilder => {
  const b = new ModelBuilder();
  const x = b.input('input', 'float32', ['N', ...model.input]);
  const made = model.build(layersOn(b), x);
  const outputs = typeof made === 'string' ? { logits: made } : made;
  for (const [name, value] of Object.entries(outputs)) b.output(value, name);
  return b;
};

/** The graph of a model, canonical: `input` [N, C, H, W] to its outputs (`logits` [N, classes]), parameters with init rules. */
export const buildModel = (model: Model): Graph => canonicalize(draw(model).build(model.id));

/** The graph of a denoiser, canonical: `x` [N, C, H, W], `t` [N] and `y` [N] to `noise` or `velocity`. */
export const buildDenoiser = ({ id, input, time, predicts, more = {}, build }: Denoiser): Graph => {
  const b = new ModelBuilder();
  const x = b.input('x', 'float32', ['N', ...input]);
  const [t, y] = [b.input('t', time, ['N']), b.input('y', 'int64', ['N'])];
  const told = Object.entries(more).map(([name, dims]) => [name, b.input(name, 'float32', ['N', ...dims])] as const);
  b.output(build(layersOn(b), { x, t, y, more: Object.fromEntries(told) }), predicts);
  return canonicalize(b.build(id));
};

/** Parts of a segmenter by the names that its pipeline has for them. */
export type SegmenterPart = 'encoder' | 'prompts' | 'decoder';

const CELLS = ['embedding', 'positions', 'dense'] as const;

const drawSegmenter = ({ input, grid, channels, ...parts }: Segmenter): Record<SegmenterPart, ModelBuilder> => {
  const drawn = (body: (b: ModelBuilder) => Readonly<Record<string, string>>): ModelBuilder => {
    const b = new ModelBuilder();
    for (const [name, value] of Object.entries(body(b))) b.output(value, name);
    return b;
  };
  const float = (b: ModelBuilder, name: string, dims: readonly number[]) => b.input(name, 'float32', ['N', ...dims]);
  return {
    encoder: drawn((b) => ({ embedding: parts.encoder(layersOn(b), float(b, 'image', input)) })),
    prompts: drawn((b) => {
      const [points, labels] = [float(b, 'points', [2, 2]), float(b, 'labels', [2])];
      const [mask, given] = [float(b, 'mask', [1, 4 * grid, 4 * grid]), float(b, 'given', [1])];
      return { ...parts.prompts(layersOn(b), { points, labels, mask, given }) };
    }),
    decoder: drawn((b) => {
      const [embedding, positions, dense] = CELLS.map((name) => float(b, name, [channels, grid, grid]));
      const sparse = float(b, 'sparse', [2, channels]);
      return parts.decoder(layersOn(b), { embedding: embedding!, positions: positions!, dense: dense!, sparse });
    }),
  };
};

/** The graphs of a segmenter, canonical; what one part says and another reads has one name. */
export const buildSegmenter = (segmenter: Segmenter): Record<SegmenterPart, Graph> => {
  const { encoder, prompts, decoder } = drawSegmenter(segmenter);
  const built = (b: ModelBuilder, part: SegmenterPart) => canonicalize(b.build(`${segmenter.id}-${part}`));
  return { encoder: built(encoder, 'encoder'), prompts: built(prompts, 'prompts'), decoder: built(decoder, 'decoder') };
};

/** How the published counter sees the nodes of a segmenter's parts. */
export const segmenterPublishedAs = (segmenter: Segmenter): Record<SegmenterPart, PublishedAs> => {
  const { encoder, prompts, decoder } = drawSegmenter(segmenter);
  return { encoder: encoder.published, prompts: prompts.published, decoder: decoder.published };
};

/** How the published counter sees the nodes of this model, whole or cut: an option of `count` and `findGroups`. */
export const publishedAs = (model: Model): PublishedAs => draw(model).published;

const fill = (rule: InitRule, out: Float32Array, random: Random): Float32Array => {
  switch (rule.rule) {
    case 'zeros':
      return out;
    case 'ones':
      return out.fill(1);
    case 'constant':
      return out.fill(rule.value);
    case 'kaiming-normal':
      return fillNormal(out, Math.sqrt(2 / rule.fan), random);
    case 'normal':
      return fillNormal(out, rule.std, random);
    case 'uniform':
      for (let i = 0; i < out.length; i += 1) out[i] = random.between(-rule.bound, rule.bound);
      return out;
    default:
      return assertNever(rule);
  }
};

/** Every init rule becomes numbers. A parameter's numbers depend on its name and the seed alone, not on its neighbours. */
export const materialize = (graph: Graph, seed: number): Graph => {
  const made = (initializer: Initializer): Initializer => {
    const { source, dims, name } = initializer;
    if (source.kind !== 'init') return initializer;
    const data = fill(source.init, new Float32Array(elements(dims)), randomFrom(`init/${seed}/${name}`));
    return { ...initializer, source: { kind: 'data', data } };
  };
  return { ...graph, initializers: new Map([...graph.initializers].map(([name, value]) => [name, made(value)])) };
};
