/**
 * ConvWeightGrad as a blocked convolution: dW[k,c,t] = Σ_n Σ_p dY[n,k,p] · x[n,c, p·s + t - pad]. The batch takes the
 * place of the channels, dY is the filter, its size the kernel and the stride the dilation; t counts the places of the
 * result. Each block of examples is a group of its own, so that dY needs no further transposition and threads find work;
 * the groups are added up afterwards, unless there are so many weights that turning dY round is cheaper.
 * One thread, ResNet's 16, 32 and 64 channels at batch 128: 10.4, 6.1 and 4.2 ms, plain 17.2, 9.9 and 6.7.
 */
import { type GraphBuilder, int, intOf, ints } from '@topiary/onnx';
import { type ConvGeometry, geometryOf } from '../plain/_conv.js';
import { columnsOf, columnsOfPlain, filtersOf, type Pictures } from './_batch-major.js';
import { fitsBlocks, isDepthwise } from './_conv.js';
import { turn } from './_move.js';
import { blockedConv, padded, padTo, reorderOutput, reshape } from './_nchwc.js';
import type { BlockedContext, BlockedRule, Candidate } from './_rule.js';
import { inStrips, type Operand, stripsFor } from './_strips.js';

/** Sums of groups cost a pass over this many weights for each element of dY. */
const MOST_SUMS = 0.25;

const geometry = (c: Candidate): ConvGeometry => geometryOf(c.node, c.shape(0), c.shape(1));

/** What the kernel reaches below and to the right of x; a negative number: what it does not reach. */
const reachBeyond = (g: ConvGeometry): readonly [number, number] => {
  const beyond = (i: number) => g.strides[i]! * (g.to[i]! - 1) + g.kernel[i]! - g.before[i]! - g.from[i]!;
  return [beyond(0), beyond(1)];
};

const addGroups = (b: GraphBuilder, products: string, parts: number, groups: number): string => {
  if (groups === 1) return products;
  const view = reshape(b, products, [parts, groups, -1]);
  return b.op('ReduceSum', [view, b.int64s([1])], { keepdims: int(0) });
};

/** [parts, K/B, T, inner, B of K] -> [K, parts · inner, T] */
const toPlain = (b: GraphBuilder, products: string, g: ConvGeometry, p: Pictures, block: number): string => {
  const Kp = padded(g.K, block);
  const rows = reorderOutput(b, products, [p.parts, Kp, g.taps * p.inner]); // [parts, K, T, inner]
  if (p.inner !== block) {
    const view = reshape(b, rows, [Kp, g.taps, p.inner]);
    return b.op('Transpose', [view], { perm: ints([0, 2, 1]) });
  }
  const swapped = reorderOutput(b, rows, [p.parts * Kp, block, g.taps]);
  return reshape(b, turn(b, swapped, p.parts, Kp, block * g.taps), [Kp, p.parts * block, g.taps]);
};

/** [parts, K/B, T, B of C, B of K] -> [K, C, …] in a filter's blocks: whole blocks change places, no element does. */
const toStored = (b: GraphBuilder, products: string, { K, C, taps, kernel }: ConvGeometry, block: number): string => {
  const turned = turn(b, products, C / block, K / block, taps * block * block);
  return reshape(b, turned, [K, C, ...kernel]);
};

const cut = (b: GraphBuilder, dW: string, { K, C, kernel }: ConvGeometry): string => {
  const inner = Number(b.shape(dW)[1]);
  const whole = inner === C && Number(b.shape(dW)[0]) === K;
  const kept = whole ? dW : b.op('Slice', [dW, b.int64s([0, 0]), b.int64s([K, C]), b.int64s([0, 1])]);
  return reshape(b, kept, [K, C, ...kernel]);
};

const dense = (c: BlockedContext): string => {
  const { b, block } = c;
  const whole = geometry(c);
  const isPlain = whole.C < block && !c.arrives(0);
  const given: Operand = isPlain
    ? { name: c.x[0]!, parts: whole.C, inner: 1 }
    : { name: c.blocked(0), parts: padded(whole.C, block) / block, inner: block };
  const strips = stripsFor(Number(c.shape(0)[0]), whole.to[0]!, block)!;
  const { g, x, dY } = inStrips(b, { g: whole, x: given, dY: c.blocked(1) }, strips, block);
  const N = padded(Number(c.shape(0)[0]) * strips, block);
  const [height, width] = g.from as [number, number];
  const p: Pictures = { N, height, width, ...(isPlain ? { parts: 1, inner: g.C } : { parts: x.parts, inner: block }) };
  const [below, right] = reachBeyond(g);
  const [top, left] = g.before as [number, number];
  const frame = { left, right, below: Math.min(0, below) };
  const columns = (isPlain ? columnsOfPlain : columnsOf)(b, x.name, p, frame, block);
  const Kp = padded(g.K, block);
  const batches = N / block;
  const sums = batches * Kp * p.parts * p.inner * g.taps;
  const groups = sums <= MOST_SUMS * N * Kp * g.to[0]! * g.to[1]! ? batches : 1;
  const filters = filtersOf(b, dY, block);
  const size = g.to[0]! * g.to[1]! * block * block;
  const turned = groups === 1 ? turn(b, filters, batches, Kp / block, size) : filters;
  const shape = [p.parts, N, height + frame.below, (width + left + right) * p.inner];
  const products = blockedConv(b, reshape(b, columns, shape), reshape(b, turned, [groups * Kp, N / groups, ...g.to]), {
    kernel: g.to,
    pads: [top, 0, Math.max(0, below), 0],
    dilations: [g.strides[0]!, g.strides[1]! * p.inner],
    group: groups,
  });
  const sum = addGroups(b, products, p.parts, groups);
  return c.storedOut() ? toStored(b, sum, whole, block) : cut(b, toPlain(b, sum, g, p, block), g);
};

/** Every channel of every example is a group: the filter is dY as it lies, no copy is made; the batch is summed after. */
const depthwise = (c: BlockedContext): string => {
  const { b, block } = c;
  const g = geometry(c);
  const N = Number(c.shape(0)[0]);
  const Cp = padded(g.C, block);
  const [below, right] = reachBeyond(g);
  const x = reshape(b, c.blocked(0), [1, N * Cp, ...g.from]);
  const products = blockedConv(b, x, reshape(b, c.blocked(1), [N * Cp, 1, ...g.to]), {
    kernel: g.to,
    pads: [...g.before, below, right],
    dilations: g.strides,
    group: N * Cp,
  }); // [N, C/B, T, B]
  const sum = b.op('ReduceSum', [reshape(b, products, [N, Cp * g.taps]), b.int64s([0])], { keepdims: int(0) });
  const rows = reorderOutput(b, sum, [1, Cp, g.taps]);
  const whole = reshape(b, rows, [Cp, g.taps]);
  return reshape(b, padTo(b, whole, [g.C, g.taps]), [g.C, 1, ...g.kernel]);
};

export const convWeightGrad: BlockedRule = {
  gives: 'plain',
  takes: (c) => {
    const g = geometry(c);
    const N = Number(c.shape(0)[0]);
    if (intOf(c.node, 'per_sample', 0) === 1 || g.dilations.some((d) => d !== 1)) return false;
    if (!fitsBlocks(c, g, N)) return false;
    const [below, right] = reachBeyond(g);
    return isDepthwise(g) ? Math.min(below, right) >= 0 : stripsFor(N, g.to[0]!, c.block) !== null;
  },
  lower: (c) => [isDepthwise(geometry(c)) ? depthwise(c) : dense(c)],
};
