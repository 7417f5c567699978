/**
 * What a promptable segmenter is trained by, on masks of the decoder's own size (Kirillov et al. 2023): of each mask
 *
 *   l = 20 · focal(α .25, γ 2) + dice,   and the squared error of the IoU that it is told to have;
 *
 * the first mask learns, and of the three others the one with the least loss. The parts that are kept stand in the graph as
 * constants: what reads prompts and what decodes masks is not changed.
 */
import { embed, type Loss, stopGradient } from '@topiary/autodiff';
import { type Graph, type GraphBuilder, int } from '@topiary/onnx';

/** Names of the inputs beside the pictures; no value of a network is called so. */
export const FEEDS = {
  points: 'drawn:points',
  labels: 'drawn:labels',
  mask: 'drawn:mask',
  given: 'drawn:given',
  truth: 'drawn:truth',
} as const;

const [ALPHA, GAMMA_IS_2, FOCAL] = [0.25, 2, 20];
const FLOAT = 1;

/** Sums over the pixels of a mask: [m, masks, pixels] -> [m, masks]. */
const overPixels = (b: GraphBuilder, x: string): string => b.op('ReduceSum', [x, b.int64s([2])], { keepdims: int(0) });
const mul = (b: GraphBuilder, p: string, q: string): string => b.op('Mul', [p, q]);
const less = (b: GraphBuilder, one: number, x: string): string => b.op('Sub', [b.scalar(one), x]);

/** α_t (1 - p_t)² (-log p_t), the mean over pixels. */
const focal = (b: GraphBuilder, x: string, p: string, t: string): string => {
  const entropy = b.op('Sub', [b.op('Softplus', [x]), mul(b, x, t)]);
  // 1 - p_t = p + t - 2 p t
  const miss = b.op('Sub', [b.op('Add', [p, t]), mul(b, b.scalar(GAMMA_IS_2), mul(b, p, t))]);
  const weight = less(b, 1 - ALPHA, mul(b, t, b.scalar(1 - 2 * ALPHA)));
  const terms = mul(b, weight, mul(b, mul(b, miss, miss), entropy));
  return b.op('ReduceMean', [terms, b.int64s([2])], { keepdims: int(0) });
};

/** 1 - (2 Σ p t + 1) / (Σ p + Σ t + 1) */
const dice = (b: GraphBuilder, p: string, t: string): string => {
  const twice = mul(b, overPixels(b, mul(b, p, t)), b.scalar(2));
  const shared = b.op('Add', [twice, b.scalar(1)]);
  const all = b.op('Add', [b.op('Add', [overPixels(b, p), overPixels(b, t)]), b.scalar(1)]);
  return less(b, 1, b.op('Div', [shared, all]));
};

/** Of logits above 0 with the truth; no gradient passes. */
const intersectionOverUnion = (b: GraphBuilder, x: string, t: string): string => {
  const drawn = b.op('Cast', [b.op('Greater', [x, b.scalar(0)])], { to: int(FLOAT) });
  const shared = overPixels(b, mul(b, drawn, t));
  const both = b.op('Sub', [b.op('Add', [overPixels(b, drawn), overPixels(b, t)]), shared]);
  return stopGradient(b, b.op('Div', [shared, b.op('Max', [both, b.scalar(1)])]));
};

export interface MaskTerms {
  /** [m, masks, side, side] logits. */
  readonly masks: string;
  /** [m, masks] */
  readonly iou: string;
  /** [m, side, side] of 0 and 1. */
  readonly truth: string;
}

/** The mean over the prompts, and the sum of the IoU of their first masks. */
export const maskLoss = (b: GraphBuilder, { masks, iou, truth }: MaskTerms): { loss: string; iou: string } => {
  const [m, count, side] = b.shape(masks).map(Number) as [number, number, number];
  const flat = (value: string, dims: readonly number[]) =>
    b.op('Reshape', [value, b.int64s(dims)], { allowzero: int(0) });
  const x = flat(masks, [m, count, side * side]);
  const t = flat(truth, [m, 1, side * side]);
  const p = b.op('Sigmoid', [x]);
  const each = b.op('Add', [mul(b, focal(b, x, p, t), b.scalar(FOCAL)), dice(b, p, t)]); // [m, masks]
  const cut = (value: string, from: number, to: number) =>
    b.op('Slice', [value, b.int64s([from]), b.int64s([to]), b.int64s([1]), b.int64s([1])]);
  const least = b.op('ReduceMin', [cut(each, 1, count), b.int64s([1])], { keepdims: int(1) });
  const real = intersectionOverUnion(b, x, t);
  const off = b.op('Sub', [iou, real]);
  const told = b.op('ReduceMean', [mul(b, off, off)], { keepdims: int(0) });
  const shapes = b.op('ReduceMean', [b.op('Add', [cut(each, 0, 1), least])], { keepdims: int(0) });
  return { loss: b.op('Add', [shapes, told]), iou: b.op('ReduceSum', [cut(real, 0, 1)], { keepdims: int(0) }) };
};

/** Every example `times` times, one right after another: [n, …] -> [n · times, …]. */
export const repeated = (b: GraphBuilder, x: string, times: number): string => {
  const [n, ...rest] = b.shape(x).map(Number) as [number, ...number[]];
  const reshape = (value: string, dims: readonly number[]) =>
    b.op('Reshape', [value, b.int64s(dims)], { allowzero: int(0) });
  const wide = b.op('Expand', [reshape(x, [n, 1, ...rest]), b.int64s([n, times, ...rest])]);
  return reshape(wide, [n * times, ...rest]);
};

/** Declares the prompts of n pictures and their masks, and returns them by the names of the encoder of prompts. */
export const declarePrompts = (b: GraphBuilder, m: number, low: number): Record<keyof typeof FEEDS, string> => ({
  points: b.input(FEEDS.points, 'float32', [m, 2, 2]),
  labels: b.input(FEEDS.labels, 'float32', [m, 2]),
  mask: b.input(FEEDS.mask, 'float32', [m, 1, low, low]),
  given: b.input(FEEDS.given, 'float32', [m, 1]),
  truth: b.input(FEEDS.truth, 'float32', [m, low, low]),
});

export interface SegmentationLoss {
  readonly prompts: Graph;
  readonly decoder: Graph;
  /** Prompts of each picture. */
  readonly each: number;
}

export const segmentationLoss = ({ prompts, decoder, each }: SegmentationLoss): Loss => {
  const loss: Loss = {
    id: 'masks',
    build: ({ b, outputs }) => {
      const embedding = repeated(b, outputs[0]!, each);
      const low = Number(decoder.outputs[0]!.shape.at(-1));
      const { truth, ...given } = declarePrompts(b, Number(b.shape(embedding)[0]), low);
      const read = b.scoped('prompts', () => embed(b, prompts, { inputs: given }));
      const [sparse, dense, positions] = ['sparse', 'dense', 'positions'].map((name) => read.value(name));
      const inputs = { embedding, sparse: sparse!, dense: dense!, positions: positions! };
      const said = b.scoped('decoder', () => embed(b, decoder, { inputs }));
      const terms = maskLoss(b, { masks: said.value('masks'), iou: said.value('iou'), truth });
      return { loss: terms.loss, metrics: { iou: mul(b, terms.iou, b.scalar(1 / each)) } };
    },
    // every picture has as many prompts, and every mask as many pixels: the mean over all is the mean over the pictures
    perExample: () => loss,
    // masks are no distribution that could be drawn from
    sampled: () => null,
  };
  return loss;
};

/** (1 - w) L + w · mean (t_student - t_teacher)², t the embedding of the picture; with w = 1 no mask is decoded. */
export const distilledEmbedding = (loss: Loss, teacher: Graph, weight: number): Loss => ({
  ...loss,
  id: `${loss.id}-distillation`,
  build: (c) => {
    const { b, inputs, outputs } = c;
    const theirs = b.scoped('teacher', () => embed(b, teacher, { inputs })).outputs[0]!;
    const apart = b.op('Sub', [outputs[0]!, theirs]);
    const lesson = b.op('ReduceMean', [mul(b, apart, apart)], { keepdims: int(0) });
    if (weight === 1) return { loss: lesson, metrics: {} };
    const { loss: own, ...rest } = loss.build(c);
    return { loss: b.op('Add', [mul(b, own, b.scalar(1 - weight)), mul(b, lesson, b.scalar(weight))]), ...rest };
  },
  perExample: () => distilledEmbedding(loss, teacher, weight),
});
