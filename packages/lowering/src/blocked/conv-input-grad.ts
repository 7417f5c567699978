/**
 * ConvInputGrad as a blocked convolution of dY. Stride 1: dX = Conv(dY, w with taps reversed, in and out swapped).
 * Stride s: the places of dX fall into s·s phases, each a convolution of dY with every s-th tap; all phases together
 * are one convolution with s·s times the channels, whose result is shuffled into place; phases without taps, as a kernel
 * of 1×1 leaves them, are zeros. 128×32×16×16 to 16×32×32, one thread: 4 ms; ConvTranspose takes 5.4 and two changes of
 * layout.
 * Input 2, which `fuse` adds, is a gradient that a convolution of stride 1 adds to its result for nothing.
 */
import { type ConvGeometry, geometryOf, isDense } from '../plain/_conv.js';
import { exchange } from '../plain/_matrices.js';
import { filterIn, fitsBlocks, isDepthwise } from './_conv.js';
import { movePlaces, moveRows, ZERO } from './_move.js';
import { blockedConv, padded, padTo, reorderInput, reshape } from './_nchwc.js';
import type { BlockedContext, BlockedRule, Candidate } from './_rule.js';

const geometry = (c: Candidate): ConvGeometry => geometryOf(c.node, c.outShape(0), c.shape(0));

/** How dX is computed along one axis. */
interface Axis {
  /** Taps of the filter for each phase, in order; ZERO where a phase has none. */
  readonly taps: readonly (readonly number[])[];
  /** Places of each phase. */
  readonly places: number;
  readonly before: number;
  readonly after: number;
}

const phasesOf = (s: number): readonly number[] => Array.from({ length: s }, (_, i) => i);

/** dX[s m + φ] = Σ_t w[t] dY[m + (φ + p - t) / s] over the t that divide; with dilation d only s = 1. */
const axisOf = (g: ConvGeometry, i: number): Axis => {
  const [k, s, d, p] = [g.kernel[i]!, g.strides[i]!, g.dilations[i]!, g.before[i]!];
  const offsets = phasesOf(s).map((phase) =>
    Array.from({ length: k }, (_, t) => (phase + p - t * d) / s).map((offset) =>
      Number.isInteger(offset) ? offset : null,
    ),
  );
  const all = offsets.flat().filter((offset) => offset !== null);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const places = Math.ceil(g.from[i]! / s);
  const length = (high - low) / d + 1;
  const taps = offsets.map((row) => Array.from({ length }, (_, e) => row.indexOf(low + e * d)));
  return { taps, places, before: -low, after: places - 1 + high - (g.to[i]! - 1) };
};

const axesOf = (g: ConvGeometry): readonly [Axis, Axis] => [axisOf(g, 0), axisOf(g, 1)];

/** Taps of the kernel for each phase of rows and columns; null where none has any. */
const phasesWithTaps = (
  g: ConvGeometry,
  [rows, columns]: readonly [Axis, Axis],
): readonly (readonly number[] | null)[] =>
  rows.taps.flatMap((row) =>
    columns.taps.map((column) => {
      const taps = row.flatMap((y) => column.map((x) => (y < 0 || x < 0 ? ZERO : y * g.kernel[1]! + x)));
      return taps.every((tap) => tap === ZERO) ? null : taps;
    }),
  );

/**
 * The filters of all phases, [(φ, C/B), K/B, taps, B of K, B of C], from the filter of the forward pass,
 * [K/B, C/B, T, B of C, B of K]: ReorderInput swaps the axes inside the blocks, Gather moves the blocks.
 */
const filterOfPhases = (c: BlockedContext, g: ConvGeometry, [rows, columns]: readonly [Axis, Axis]): string => {
  const { b, block } = c;
  const [kb, cb, T] = [padded(g.K, block) / block, padded(g.C, block) / block, g.taps];
  const swapped = reorderInput(b, filterIn(c, g), [kb * cb * T, block, block]);
  const table: number[] = [];
  const each = (n: number, body: (i: number) => void): void => phasesOf(n).forEach(body);
  const phases = phasesWithTaps(g, [rows, columns]).filter((taps) => taps !== null);
  for (const phase of phases) {
    each(cb, (i) => {
      each(kb, (k) => {
        for (const t of phase) table.push(t === ZERO ? ZERO : (k * cb + i) * T + t);
      });
    });
  }
  const moved = moveRows(b, swapped, [1, kb * cb * T, block * block], table);
  return reshape(b, moved, [phases.length * cb * block, kb * block, rows.taps[0]!.length, columns.taps[0]!.length]);
};

/** [N, (φ, C/B), h, w, B] -> [N, C/B, H, W, B] */
const shuffle = (c: BlockedContext, phases: string, g: ConvGeometry, axes: readonly [Axis, Axis]) => {
  const { b, block } = c;
  const [rows, columns] = axes;
  const [H, W] = g.from as [number, number];
  const [sh, sw] = g.strides as [number, number];
  const [N, cb] = [Number(c.shape(0)[0]), padded(g.C, block) / block];
  const present = phasesWithTaps(g, axes).flatMap((taps, phase) => (taps === null ? [] : [phase]));
  const source = (i: number, y: number, x: number): number => {
    const phase = present.indexOf((y % sh) * sw + (x % sw));
    if (phase < 0) return ZERO;
    const part = phase * cb + i;
    return (part * rows.places + Math.floor(y / sh)) * columns.places + Math.floor(x / sw);
  };
  const table = Array.from({ length: cb * H * W }, (_, j) =>
    source(Math.floor(j / (H * W)), Math.floor(j / W) % H, j % W),
  );
  const length = present.length * cb * rows.places * columns.places;
  return reshape(b, moveRows(b, phases, [N, length, block], table), [N, cb * block, H, W]);
};

const dense = (c: BlockedContext, g: ConvGeometry): string => {
  const axes = axesOf(g);
  const phases = blockedConv(c.b, c.blocked(0), filterOfPhases(c, g, axes), {
    kernel: axes.map(({ taps }) => taps[0]!.length),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
    dilations: g.dilations,
    ...(c.node.inputs[2] ? { sum: c.blocked(2) } : {}),
  });
  return isDense(g) ? phases : shuffle(c, phases, g, axes);
};

/** dY between zeros, for a depthwise convolution at stride 1, which is a pass over memory and no more. */
const spread = (c: BlockedContext, g: ConvGeometry): string => {
  if (isDense(g)) return c.blocked(0);
  const [sh, sw] = g.strides as [number, number];
  const size = g.to.map((places, i) => g.strides[i]! * (places - 1) + 1) as [number, number];
  const source = (y: number, x: number): number => (y % sh === 0 && x % sw === 0 ? (y / sh) * g.to[1]! + x / sw : ZERO);
  return movePlaces(c.b, c.blocked(0), c.block, size, source);
};

const depthwise = (c: BlockedContext, g: ConvGeometry): string => {
  const { b, block } = c;
  const Cp = padded(g.C, block);
  const rows = reshape(b, c.x[1]!, [g.C, g.taps]);
  const flipped = g.taps === 1 ? rows : b.op('MatMul', [rows, exchange(b, g.taps)]);
  const filter = reorderInput(b, padTo(b, flipped, [Cp, g.taps]), [1, Cp, g.taps]);
  return blockedConv(b, spread(c, g), reshape(b, filter, [Cp, 1, ...g.kernel]), {
    kernel: g.kernel,
    pads: padsOf(g),
    dilations: g.dilations,
    group: Cp,
    ...(c.node.inputs[2] ? { sum: c.blocked(2) } : {}),
  });
};

/** Pads of the convolution at stride 1 over dY with zeros between its places. */
const padsOf = (g: ConvGeometry): readonly number[] => {
  const before = g.kernel.map((k, i) => g.dilations[i]! * (k - 1) - g.before[i]!);
  return [...before, ...g.from.map((size, i) => size - 1 + g.before[i]! - g.strides[i]! * (g.to[i]! - 1))];
};

export const convInputGrad: BlockedRule = {
  gives: 'blocked',
  takes: (c) => {
    const g = geometry(c);
    if (!fitsBlocks(c, g, c.shape(0)[0]!, padded(g.C, c.block))) return false;
    if (isDepthwise(g)) return padsOf(g).every((pad) => pad >= 0);
    const dilated = g.dilations.some((d) => d !== 1);
    return (isDense(g) || !dilated) && axesOf(g).every(({ before, after }) => Math.min(before, after) >= 0);
  },
  lower: (c) => {
    const g = geometry(c);
    return [isDepthwise(g) ? depthwise(c, g) : dense(c, g)];
  },
};
